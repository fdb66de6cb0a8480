export const milliseconds = (seconds: number): number => Math.round(seconds * 1000);

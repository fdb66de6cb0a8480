/** 16 bytes in the 22 letters that Kafka writes them in. */
export const clusterId = (uid: string): string => Buffer.from(uid, 'hex').toString('base64url');

/** A secret as the API shows it. */
export type SecretAnswer = {
  readonly path: string;
  readonly version: number;
  readonly sizeBytes: number;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly services: readonly string[];
};

export const secretPath = (path: string): string => `/v1/secrets/${encodeURIComponent(path)}`;

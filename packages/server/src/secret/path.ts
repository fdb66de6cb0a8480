import { ApiFailure } from '@warder/api';
import { secretPathFault } from '@warder/core';

/** @throws ApiFailure `secret-path-invalid` */
export function demandSecretPath(path: string): void {
  const fault = secretPathFault(path);
  if (fault === undefined) return;
  const next = 'name it like db-password or hello-world/db-password';
  throw new ApiFailure(400, 'secret-path-invalid', `${path} cannot be the path of a secret: ${fault}`, next);
}

/** How secrets are named. */
import { ApiFailure } from '@warder/api';

const LENGTH_MAX = 200;
const segment = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** @throws ApiFailure `secret-path-invalid` */
export function demandSecretPath(path: string): void {
  const why =
    path.length > LENGTH_MAX
      ? `it is longer than ${LENGTH_MAX} characters`
      : path.split('/').every((part) => segment.test(part))
        ? undefined
        : 'each part of it is of letters, digits, _, . and -, and begins with a letter, a digit or _';
  if (why === undefined) return;
  const next = 'name it like db-password or hello-world/db-password';
  throw new ApiFailure(400, 'secret-path-invalid', `${path} cannot be the path of a secret: ${why}`, next);
}

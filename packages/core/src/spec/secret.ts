import type { ServiceSpec } from './service.ts';

/**
 * What has no folder is for every service; what is in a folder is for the service of that name and for those below it:
 * `prod/password` for `prod` and `prod/orders-kafka`, not for `production`.
 */
export function mayRead(service: string, path: string): boolean {
  const slash = path.lastIndexOf('/');
  if (slash === -1) return true;
  const folder = `${path.slice(0, slash)}/`;
  return `${service.replace(/^\//, '')}/`.startsWith(folder);
}

const PATH_MAX = 200;
const PART = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** Why this cannot be the path of a secret; undefined where it can. */
export function secretPathFault(path: string): string | undefined {
  if (path.length > PATH_MAX) return `it is longer than ${PATH_MAX} characters`;
  if (path.split('/').every((part) => PART.test(part))) return undefined;
  return 'each part of it is of letters, digits, _, . and -, and begins with a letter, a digit or _';
}

/** Paths of the secrets that a spec names, each once. */
export const secretsOf = (spec: Pick<ServiceSpec, 'pods'>): readonly string[] => [
  ...new Set(spec.pods.flatMap(({ secrets = [] }) => secrets.map(({ secret }) => secret))),
];

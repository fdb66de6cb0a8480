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

/** Paths of the secrets that a spec names, each once. */
export const secretsOf = (spec: Pick<ServiceSpec, 'pods'>): readonly string[] => [
  ...new Set(spec.pods.flatMap(({ secrets = [] }) => secrets.map(({ secret }) => secret))),
];

import type { ServiceView } from './view.ts';

/** A route of a package: `path` below `/service/<name>/v1`, with `{parameters}`. */
export type PackageRoute = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  /** Query parameters by name, with their help. */
  readonly query?: Readonly<Record<string, string>>;
  readonly handle: (request: PackageRequest) => Promise<unknown>;
};

export type PackageRequest = {
  readonly service: ServiceView;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly signal: AbortSignal;
};

import type { ServiceSpec } from '../../spec/service.ts';

/** Files in the volumes belong to the old user. */
export const user = (from: ServiceSpec, to: ServiceSpec): readonly string[] =>
  from.user === to.user
    ? []
    : [`the user cannot change (${from.user} -> ${to.user}), it owns the data: keep ${from.user}, or install anew`];

import type { ServiceSpec } from '../spec/service.ts';

/** One configuration of a service: immutable, known by its id, kept while anything runs with it (and some more). */
export type ConfigRecord = {
  readonly id: string;
  readonly spec: ServiceSpec;
  /** What the user asked for, defaults filled in. No secret is ever kept here in clear. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly packageVersion: string;
  /** The version of the application (`4.4.0`). */
  readonly version: string;
  readonly createdMs: number;
};

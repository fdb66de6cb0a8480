import type { ServiceSpec } from '../spec/service.ts';

/** One configuration of a service: immutable, known by its id, kept while anything runs with it (and some more). */
export type ConfigRecord = {
  readonly id: string;
  readonly spec: ServiceSpec;
  /** What the user gave, without the defaults: an update merges into it. */
  readonly given: Readonly<Record<string, unknown>>;
  /** The same with the defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly packageVersion: string;
  /** The versions that its package can be taken back to, where it says so. */
  readonly downgradesTo?: readonly string[];
  /** The version of the application (`4.4.0`). */
  readonly version: string;
  readonly createdMs: number;
};

import type { Reservation } from './instance.ts';

/** The root record of a service. */
export type ServiceRecord = {
  readonly name: string;
  /** 32 hexadecimal digits, drawn once at the install: what cluster ids and the like are made from. */
  readonly uid: string;
  readonly packageName: string;
  readonly createdMs: number;
  readonly targetConfigId: string;
  /** The next number for ids of runs, tasks, reservations, configurations and operations. */
  readonly nextId: number;
  /** A deploy run has completed once: from then on a new configuration is an update. */
  readonly deployed: boolean;
  readonly uninstalling: boolean;
  /** When the replacement policy last replaced an instance. */
  readonly replacedMs?: number;
  /** Places of forgotten instances on agents that could not be reached: given back when they can. */
  readonly owed?: readonly Reservation[];
};

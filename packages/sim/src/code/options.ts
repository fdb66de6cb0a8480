/** What the code of a world's package works with, and whom it tells. */
import type { Tenant } from '../cluster/tenant.ts';
import type { VirtualClock } from '../clock.ts';
import type { Faults } from '../fault.ts';
import type { Random } from '../random.ts';

export type GateRecord = {
  readonly atMs: number;
  readonly stepId: string;
  readonly instance: string;
  readonly moment: string;
  readonly open: boolean;
};

export type ProbeRecord = { readonly stepId: string; readonly open: boolean };

/** A procedure was called, and has done its work or not. */
export type CallRecord = { readonly stepId: string; readonly done: boolean };

export type CodeOptions = {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: () => Faults;
  readonly tenant: Tenant;
  readonly trace: (text: string) => void;
  /** What the package has answered, at the moment it does. */
  readonly gate: (record: GateRecord) => void;
  readonly probe: (record: ProbeRecord) => void;
  readonly call: (record: CallRecord) => void;
  /** What procedures have set, by instance: it outlives restarts, but not the volume. */
  readonly overrides: Map<string, Map<string, string | undefined>>;
  /** Ids of the runs for whose time something is set up. */
  readonly setUps: Set<string>;
  /** How often the server has died: what it was doing then ends with it. */
  readonly lives: () => number;
};

/** Code that never answers. */
export const hang = (): Promise<never> => new Promise(() => {});

/** What checkers look at: the cluster as it is and the store as it is. Never the core's own state. */
import type { Answer, Request, Reservation, RunRecord, StepRecord } from '@warder/core';
import type { Launch } from '@warder/engine';
import type { SimTask } from './cluster/task.ts';
import type { Tenant } from './cluster/tenant.ts';
import type { Ledger } from './ledger.ts';
import type { GateRecord } from './package-code.ts';
import type { Written } from './written.ts';

export type Truth = {
  readonly tenant: Tenant;
  readonly ledger: Ledger;
  readonly nowMs: () => number;
};

/** One property. Every function is told before what it is told of has its effect. */
export type Checker = {
  /** The property, in words. */
  readonly name: string;
  /** The ledger is still as before. */
  readonly committing?: (written: readonly Written[]) => void;
  /** The ledger has them. */
  readonly committed?: (written: readonly Written[]) => void;
  readonly launching?: (launch: Launch) => void;
  readonly killing?: (task: SimTask, why: 'asked' | 'orphan') => void;
  readonly releasing?: (reservation: Reservation, why: 'asked' | 'orphan') => void;
  readonly gate?: (record: GateRecord) => void;
  readonly asked?: (request: Request) => void;
  /** What was decided is in the store. */
  readonly answered?: (request: Request, answer: Answer) => void;
  /** This life of the scheduler is over. */
  readonly crashed?: () => void;
};

export type Violate = (text: string) => void;

/** The step of a run that works on an instance now. */
export const stepAt = (ledger: Ledger, run: RunRecord, instance: string): StepRecord | undefined =>
  ledger
    .steps(run)
    .findLast(({ work, status }) => 'instance' in work && work.instance === instance && status !== 'PENDING');

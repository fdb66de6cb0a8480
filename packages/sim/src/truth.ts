/** What checkers look at: the cluster as it is and the store as it is. Never the core's own state. */
import type { Answer, Request, Reservation, StepRecord, StepStatus } from '@warder/core';
import type { Launch } from '@warder/engine';
import type { DryRun } from '@warder/scheduler';
import type { SimTask } from './cluster/task.ts';
import type { Tenant } from './cluster/tenant.ts';
import type { Ledger } from './ledger.ts';
import type { CallRecord, GateRecord, ProbeRecord } from './code/options.ts';
import type { Written } from './written.ts';

export type Truth = {
  readonly tenant: Tenant;
  readonly ledger: Ledger;
  /** Ids of the runs for whose time procedures have set something up. */
  readonly setUps: ReadonlySet<string>;
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
  readonly probe?: (record: ProbeRecord) => void;
  readonly call?: (record: CallRecord) => void;
  /** `dry`: what a dry run has shown, where the request names it. */
  readonly asked?: (request: Request, dry: DryRun | undefined) => void;
  /** What was decided is in the store. */
  readonly answered?: (request: Request, answer: Answer) => void;
  /** This life of the scheduler is over. */
  readonly crashed?: () => void;
};

export type Violate = (text: string) => void;

/** The step that the kill of a task is for, by the store's own account; undefined where it is no step's wish. */
export function killerOf(ledger: Ledger, task: SimTask): StepRecord | undefined {
  const { instance, name } = task;
  const why = ledger.task(instance, name.slice(instance.length + 1))?.killing?.why ?? '';
  const [id = '', verb = ''] = why.split(' ');
  const run = verb === 'restarts' || verb === 'stops' ? ledger.run(id) : undefined;
  const steps = run === undefined ? [] : ledger.steps(run);
  return steps.findLast(({ work, status }) => 'instance' in work && work.instance === instance && isBegun(status));
}

export const isBegun = (status: StepStatus): boolean => !['PENDING', 'WAITING', 'COMPLETE'].includes(status);

/** Reservations that a person has left behind on an agent that nobody could reach, once these changes are there. */
export function owedOf(ledger: Ledger, written: readonly Written[]): ReadonlySet<string> {
  const service = written.find(({ kind }) => kind === 'service');
  const { owed = [] } = (service?.kind === 'service' ? service.after : ledger.service()) ?? {};
  return new Set([...(ledger.service()?.owed ?? []), ...owed].map(({ id }) => id));
}

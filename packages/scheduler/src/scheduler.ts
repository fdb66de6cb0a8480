/** The loop of one service: event -> decide -> commit -> perform; the only place where it waits. */
import type { Answer, ConfigRecord, Evaluation, FieldDiff, Request, RunRecord, State, StepRecord } from '@warder/core';
import type { Engine, EngineSession } from '@warder/engine';
import type { Change, Store } from '@warder/store';
import type { Clock } from './clock.ts';
import type { PackageCode, ServiceView } from './package.ts';

export type SchedulerOptions = {
  readonly name: string;
  readonly store: Store;
  readonly engine: Engine;
  /** The code of the service's package. */
  readonly code: PackageCode;
  readonly clock: Clock;
  readonly log: Log;
  /** Needed only for a service that the store does not know yet. */
  readonly create?: { readonly packageName: string; readonly uid: string };
};

/** A constant message and fields, as pino takes them. */
export type Log = {
  readonly debug: (fields: object, message: string) => void;
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
};

export type Scheduler = {
  readonly name: string;
  /** What is known now; to be read only. */
  readonly state: State;
  readonly session: EngineSession;
  readonly code: PackageCode;
  /** Resolves when the request was decided and is in the store. */
  request(by: string, request: Request): Promise<Answer>;
  /** What `configure` with this configuration would do. Changes nothing. */
  dryRun(config: Omit<ConfigRecord, 'id' | 'createdMs'>): DryRun;
  /** Ask the gates of a moment now, for a request that should be refused when one is closed. Empty: all are open. */
  closedGates(instance: string, moment: 'stop' | 'replace'): Promise<readonly string[]>;
  view(): ServiceView;
  evaluations(): readonly Evaluation[];
  /** Every committed change, in order. The returned function ends it. */
  onChange(listener: (changes: readonly Change[]) => void): () => void;
  /** Resolves when the service is uninstalled, or the scheduler closed. */
  readonly ended: Promise<'uninstalled' | 'closed'>;
  /** Tasks go on. */
  close(): Promise<void>;
};

export type DryRun = {
  readonly plan: 'deploy' | 'update';
  /** To be given back with the request: the run starts only if it would still be the same. */
  readonly hash: string;
  readonly diff: readonly FieldDiff[];
  readonly run: RunRecord;
  readonly steps: readonly StepRecord[];
  /** Warnings that a person should read before starting it. */
  readonly warnings: readonly string[];
};

export declare function openScheduler(options: SchedulerOptions): Promise<Scheduler>;

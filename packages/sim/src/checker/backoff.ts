import type { InstanceRecord, TaskRecord } from '@warder/core';
import type { Ledger } from '../ledger.ts';
import type { Checker, Truth, Violate } from '../truth.ts';
import type { Written } from '../written.ts';
import { Pending } from './pending.ts';

/** What is well for so long has begun anew. */
const WELL_MS = 60_000;

type Of<Kind extends Written['kind']> = Extract<Written, { kind: Kind }>;

/** Every failure counts, once; what failed is not started before its delay is over; only a person shortens that. */
export function backoff({ ledger, nowMs }: Truth, violate: Violate): Checker {
  const pending = new Pending();
  const isWell = ({ name, configId, backoff: last }: InstanceRecord): boolean =>
    nowMs() - (last?.lastFailureMs ?? 0) >= WELL_MS &&
    ledger.tasks().every((task) => task.instance !== name || isFine(ledger, configId, task));
  return {
    name: 'failures count once, and are waited out',
    ...pending.hooks,
    committing: (written) => {
      for (const change of written) {
        if (change.kind !== 'instance' || change.after === undefined) continue;
        const { before, after } = change;
        const failures = after.backoff?.failures ?? 0;
        const known = before?.backoff?.failures ?? 0;
        const isNew = after.backoff?.lastFailureMs !== before?.backoff?.lastFailureMs;
        if (after.backoff !== undefined && isNew && before?.reserving === undefined && !hasEnded(written, after.name))
          violate(`${failures} failures of ${after.name} are counted where ${known} were, and nothing of it has ended`);
        if (before?.backoff === undefined || after.backoff !== undefined) continue;
        // What is started empty begins anew.
        if (before.releasing !== undefined && after.reservation?.id !== before.reservation?.id) continue;
        if (!pending.has(...forgiving) && !isWell(before))
          violate(`the ${known} failures of ${after.name} are forgotten`);
      }
    },
    committed: (written) => {
      for (const change of written) {
        if (change.kind !== 'task' || !hasFailed(change)) continue;
        const { instance, stateMs } = change.after ?? change.before ?? { instance: '', stateMs: 0 };
        const record = ledger.instance(instance);
        if (record !== undefined && (record.backoff?.lastFailureMs ?? 0) < stateMs)
          violate(`${change.after?.id} has failed, and that is not counted`);
      }
    },
    launching: ({ reservation, tasks }) => {
      const { untilMs = 0, failures = 0 } = ledger.instance(reservation.instance)?.backoff ?? {};
      if (tasks.length > 0 && untilMs > nowMs())
        violate(
          `${reservation.instance} is started ${untilMs - nowMs()} ms before the delay of ${failures} failures is over`,
        );
    },
  };
}

const forgiving = ['pod-restart', 'pod-replace', 'pod-pause', 'pod-resume', 'plan-restart'] as const;

const ended: ReadonlySet<string> = new Set(['FINISHED', 'FAILED', 'KILLED', 'ERROR', 'LOST', 'DROPPED', 'GONE']);

/** A task of the instance has ended, or made room for another one. */
const hasEnded = (written: readonly Written[], instance: string): boolean =>
  written.some(
    ({ kind, before, after }) =>
      kind === 'task' &&
      before?.instance === instance &&
      !ended.has(before.state) &&
      (after?.id !== before.id || ended.has(after.state)),
  );

/** Without being asked, and not because its work was done. */
const hasFailed = ({ before, after }: Of<'task'>): boolean =>
  before !== undefined &&
  after?.id === before.id &&
  !ended.has(before.state) &&
  ended.has(after.state) &&
  after.state !== 'FINISHED' &&
  // With its agent, which is no fault of its own.
  after.state !== 'GONE' &&
  after.killing === undefined &&
  before.killing === undefined;

function isFine(ledger: Ledger, configId: string, { name, state, ready, killing }: TaskRecord): boolean {
  const specs = ledger.config(configId)?.spec.pods.flatMap(({ tasks }) => tasks) ?? [];
  const stays = specs.find((spec) => spec.name === name)?.goal === 'RUNNING';
  return !stays || (state === 'RUNNING' && ready) || killing !== undefined;
}

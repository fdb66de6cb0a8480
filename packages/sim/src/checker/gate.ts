import type { StepRecord } from '@warder/core';
import { isLive } from '../cluster/task.ts';
import { isCaughtUp } from '../package-code.ts';
import type { GateRecord } from '../package-code.ts';
import type { Checker, Truth, Violate } from '../truth.ts';

/** An answer is used at once; a store that takes no writes for a moment may hold it up. */
const ANSWER_MAX_MS = 10_000;

/**
 * Nothing that a gate holds back happens: a plan stops a server only after the gate said yes in this life of the
 * scheduler, and never while another server that a plan took down is not caught up again. Forced ones are the
 * person's own risk.
 */
export function gate({ tenant, ledger, nowMs }: Truth, violate: Violate): Checker {
  const open = new Map<string, GateRecord>();
  const down = new Set<string>();
  const isStillDown = (name: string): boolean => {
    const still = !isCaughtUp(tenant, name) && ledger.task(name, 'server') !== undefined;
    if (!still) down.delete(name);
    return still;
  };
  /** The step that the kill is for, by the store's own account. */
  const stepOf = (instance: string): StepRecord | undefined => {
    const why = ledger.task(instance, 'server')?.killing?.why ?? '';
    const run = why.endsWith(' restarts it') ? ledger.run(why.split(' ')[0] ?? '') : undefined;
    const steps = run === undefined ? [] : ledger.steps(run);
    return steps.findLast(
      ({ work, status }) => 'instance' in work && work.instance === instance && status !== 'PENDING',
    );
  };
  return {
    name: 'nothing that a gate holds back happens',
    crashed: () => open.clear(),
    // What was given back is not down any more, it is not there.
    committing: (written) => {
      for (const { kind, before, after } of written) {
        if (kind === 'task' && before?.name === 'server' && after === undefined) down.delete(before.instance);
      }
    },
    gate: (record) => {
      if (record.moment !== 'stop') return;
      if (record.open) open.set(record.instance, record);
      else open.delete(record.instance);
    },
    killing: (task, why) => {
      const { instance } = task;
      if (why !== 'asked' || task.killed || !isLive(task) || task.name !== `${instance}-server`) return;
      if (ledger.task(instance, 'server')?.id !== task.id) return;
      const step = stepOf(instance);
      const others = [...down].filter((name) => name !== instance && isStillDown(name));
      if (step?.work.kind !== 'launch' || step.work.force) return;
      down.add(instance);
      const answer = open.get(instance);
      if (answer === undefined || nowMs() - answer.atMs > ANSWER_MAX_MS) {
        violate(`${task.id} is stopped by ${step.id}, but its gate has not said yes just before`);
      }
      if (others.length > 0)
        violate(`${task.id} is stopped by ${step.id} while ${others.join(', ')} is down by a plan`);
    },
  };
}

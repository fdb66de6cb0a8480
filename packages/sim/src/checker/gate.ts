import type { StepRecord } from '@warder/core';
import { isLive } from '../cluster/task.ts';
import { isCaughtUp } from '../code/gate.ts';
import type { GateRecord } from '../code/options.ts';
import { killerOf } from '../truth.ts';
import type { Checker, Truth, Violate } from '../truth.ts';

/** An answer is used at once; a store that takes no writes for a moment may hold it up. */
const ANSWER_MAX_MS = 10_000;

/**
 * Nothing that a gate holds back happens: a plan stops a server only after the gate said yes in this life of the
 * scheduler, and never while another server that a plan took down is not caught up again. Forced ones are the
 * person's own risk.
 */
export function gate({ tenant, ledger, nowMs }: Truth, violate: Violate): Checker {
  /** By the step that asked: another one may ask for the same instance, and hear something else. */
  const open = new Map<string, GateRecord>();
  const down = new Set<string>();
  const isStillDown = (name: string): boolean => {
    const still = !isCaughtUp(tenant, name) && ledger.task(name, 'server') !== undefined;
    if (!still) down.delete(name);
    return still;
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
      // Who came back, and is down later, is not down by a plan.
      if (record.moment === 'start' && record.open) down.delete(record.instance);
      if (record.moment !== 'stop') return;
      if (record.open) open.set(record.stepId, record);
      else open.delete(record.stepId);
    },
    killing: (task, why) => {
      const { instance } = task;
      if (why !== 'asked' || task.killed || !isLive(task) || task.name !== `${instance}-server`) return;
      if (ledger.task(instance, 'server')?.id !== task.id) return;
      const step = killerOf(ledger, task);
      // Also its own: who came back and is taken down past its gates is not down by a plan.
      const others = [...down].filter((name) => isStillDown(name) && name !== instance);
      if (step === undefined || !isGated(step)) return;
      down.add(instance);
      const answer = open.get(step.id);
      if (answer === undefined || nowMs() - answer.atMs > ANSWER_MAX_MS) {
        violate(`${task.id} is stopped by ${step.id}, but its gate has not said yes just before`);
      }
      if (others.length > 0)
        violate(`${task.id} is stopped by ${step.id} while ${others.join(', ')} is down by a plan`);
    },
  };
}

const isGated = ({ work }: StepRecord): boolean =>
  work.kind === 'launch' ? !work.force : work.kind === 'stop' && work.gates.includes('stop');

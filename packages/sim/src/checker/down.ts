import { isBegun, killerOf } from '../truth.ts';
import type { Checker, Truth, Violate } from '../truth.ts';
import { isLive } from '../cluster/task.ts';

/** A serial phase has at most one instance down by itself: what it stopped is complete before it stops the next. */
export function down({ ledger }: Truth, violate: Violate): Checker {
  return {
    name: 'a serial phase takes down one instance at a time',
    killing: (task, why) => {
      if (why !== 'asked' || !isLive(task) || task.killed) return;
      const run = ledger.run(killerOf(ledger, task)?.runId ?? '');
      for (const phase of run?.phases ?? []) {
        if (phase.strategy !== 'serial' && phase.strategy !== 'serial-canary') continue;
        const steps = phase.stepIds.flatMap((id) => ledger.step(id) ?? []);
        const open = steps.filter(({ status }) => isBegun(status));
        const mine = open.some(({ work }) => 'instance' in work && work.instance === task.instance);
        const other = open.find(({ work }) => 'instance' in work && work.instance !== task.instance);
        if (mine && other !== undefined) violate(`${task.id} is stopped while ${other.id} is ${other.status}`);
      }
    },
  };
}

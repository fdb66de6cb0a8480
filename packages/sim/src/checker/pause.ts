import type { InstanceRecord } from '@warder/core';
import type { Checker, Truth, Violate } from '../truth.ts';

/** Nothing of a paused instance is started, and once its pause is complete nothing of it runs. */
export function pause({ tenant, ledger }: Truth, violate: Violate): Checker {
  return {
    name: 'a paused instance runs nothing',
    launching: ({ reservation, tasks }) => {
      const instance = ledger.instance(reservation.instance);
      for (const { taskId, name } of tasks) {
        if (instance !== undefined && isPaused(instance, name)) violate(`${taskId} is launched, and it is paused`);
      }
    },
    committed: (written) => {
      for (const { kind, before, after } of written) {
        if (kind !== 'run' || after?.plan !== 'pause' || after.ended?.how !== 'COMPLETE') continue;
        if (before?.ended !== undefined) continue;
        const steps = ledger.steps(after);
        if (steps.some(({ forced }) => forced !== undefined)) continue;
        for (const step of steps) {
          const instance = step.work.kind === 'stop' ? ledger.instance(step.work.instance) : undefined;
          if (instance === undefined) continue;
          const task = tenant.live().find((one) => one.instance === instance.name && isPaused(instance, one.name));
          if (task !== undefined) violate(`${after.id} is complete, and ${task.id} runs`);
        }
      }
    },
  };
}

const isPaused = ({ name, paused }: InstanceRecord, taskName: string): boolean =>
  paused !== undefined && (paused.tasks.length === 0 || paused.tasks.includes(taskName.slice(name.length + 1)));

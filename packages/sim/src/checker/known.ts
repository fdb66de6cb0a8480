import type { Checker, Truth, Violate } from '../truth.ts';

/** Never a launch that the store does not know: its task ids and its reservation are recorded first. */
export function known({ ledger }: Truth, violate: Violate): Checker {
  return {
    name: 'nothing is launched that the store does not know',
    launching: ({ operationId, reservation, tasks }) => {
      const instance = ledger.instance(reservation.instance);
      if (instance?.reservation?.id !== reservation.id) {
        violate(`${operationId} uses ${reservation.id}, but the store says ${instance?.reservation?.id ?? 'none'}`);
      }
      if (instance?.releasing !== undefined)
        violate(`${operationId} uses ${reservation.id}, which is being given back`);
      for (const { taskId, name } of tasks) {
        const task = ledger.task(reservation.instance, name.slice(reservation.instance.length + 1));
        if (task?.id !== taskId) violate(`${taskId} is launched, but the store says ${task?.id ?? 'none'}`);
      }
    },
  };
}

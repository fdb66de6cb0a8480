import type { Checker, Truth, Violate } from '../truth.ts';

/** Who is started with a list of its peers is started with all of them, each with a place that is held for it. */
export function peer({ tenant, ledger }: Truth, violate: Violate): Checker {
  return {
    name: 'peers have their places before anybody is told of them',
    launching: ({ tasks }) => {
      for (const { taskId, files } of tasks) {
        const names =
          files
            .find(({ path }) => path === 'peers')
            ?.content.split(' ')
            .filter((name) => name !== '') ?? [];
        for (const name of names) {
          const held = ledger.instance(name)?.reservation;
          const agent = tenant.agents.get(held?.agentId ?? '');
          if (held === undefined) violate(`${taskId} is told of ${name}, which has no place`);
          else if (!tenant.reservations.has(held.id) && agent?.state !== 'gone')
            violate(`${taskId} is told of ${name}, but nothing is held for it`);
        }
      }
    },
  };
}

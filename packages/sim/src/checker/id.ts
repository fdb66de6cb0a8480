import type { Checker, Truth, Violate } from '../truth.ts';

/** Ids of operations, tasks, reservations and runs are never used twice, and one occasion starts one run. */
export function id({ ledger }: Truth, violate: Violate): Checker {
  const uses = new Map<string, string>();
  const use = (what: string, meaning: string): void => {
    const before = uses.get(what) ?? meaning;
    uses.set(what, before);
    if (before !== meaning) violate(`${what} means ${meaning} and meant ${before}`);
  };
  const runs = new Map<string, number>();
  const occasions = new Map<string, string>();
  return {
    name: 'ids are never used twice',
    launching: ({ operationId, reservation, tasks }) => {
      use(operationId, `launch in ${reservation.id}`);
      use(reservation.id, `reservation of ${reservation.instance} on ${reservation.agentId}`);
      for (const { taskId, name } of tasks) use(taskId, `${name} in ${reservation.id} by ${operationId}`);
    },
    committing: (written) => {
      for (const { kind, id: name, after } of written) {
        if (kind !== 'run' || after === undefined) continue;
        const before = runs.get(name) ?? after.createdMs;
        runs.set(name, before);
        if (before !== after.createdMs) violate(`${name} is used again`);
        const { key } = after.cause;
        // An agent may be drained again.
        if (key === undefined || after.plan === 'drain') continue;
        const first = occasions.get(key) ?? name;
        occasions.set(key, first);
        if (first !== name && ledger.run(first) !== undefined)
          violate(`${first} and ${name} are for one occasion: ${key}`);
        if (ledger.run(first) === undefined) occasions.set(key, name);
      }
    },
  };
}

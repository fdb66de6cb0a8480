import { isLive } from '../cluster/task.ts';
import { owedOf } from '../truth.ts';
import type { Checker, Truth, Violate } from '../truth.ts';

/** Never two live tasks with one identity, and never two live tasks in one resource set of a reservation. */
export function identity({ tenant, ledger }: Truth, violate: Violate): Checker {
  return {
    name: 'one live task for each identity and resource set',
    launching: ({ reservation, tasks }) => {
      const sets = new Set<string>();
      for (const task of tasks) {
        if (sets.has(task.resourceSet)) violate(`${task.taskId} is launched together with another of its resource set`);
        sets.add(task.resourceSet);
        for (const other of tenant.live()) {
          if (other.name === task.name) violate(`${task.taskId} is launched while ${other.id} is live`);
          else if (other.reservationId === reservation.id && other.launch.resourceSet === task.resourceSet) {
            violate(`${task.taskId} is launched while ${other.id} has its resource set`);
          }
        }
      }
    },
    // A live task that the store forgets could be launched a second time.
    committing: (written) => {
      const owed = owedOf(ledger, written);
      for (const { kind, before, after } of written) {
        if (kind !== 'task' || before === undefined) continue;
        const task = tenant.tasks.get(before.id);
        if (task === undefined || !isLive(task) || owed.has(task.reservationId)) continue;
        if (after?.id !== task.id) violate(`the store forgets ${task.id}, which is live`);
        // Only the engine can know that it has ended.
        else if (ended.has(after.state)) violate(`the store says that ${task.id} has ended, but it is live`);
      }
    },
  };
}

const ended: ReadonlySet<string> = new Set(['FINISHED', 'FAILED', 'KILLED', 'ERROR', 'LOST', 'DROPPED', 'GONE']);

/** Why nothing of an instance may be started in the place it has: somebody has said so. */
import type { InstanceRecord } from '../record/instance.ts';
import type { State } from '../state.ts';

/** No tasks named: all of them are paused, those of a later configuration included. */
export const isPaused = ({ paused }: InstanceRecord, task: string): boolean =>
  paused !== undefined && (paused.tasks.length === 0 || paused.tasks.includes(task));

/** Its agent is up, and its operator wants nothing to run there. */
export const isDrained = (state: State, { reservation }: InstanceRecord): boolean =>
  state.offers.get(reservation?.agentId ?? '')?.maintenance === 'drained';

/** In words a person can act on; undefined when these tasks may be started. */
export function haltOf(state: State, instance: InstanceRecord, tasks: readonly string[]): string | undefined {
  const { name, paused, reservation } = instance;
  const held = tasks.filter((task) => isPaused(instance, task));
  if (paused !== undefined && held.length > 0) {
    const what = paused.tasks.length === 0 ? name : held.map((task) => `${name}-${task}`).join(', ');
    const verb = paused.tasks.length > 0 && held.length > 1 ? 'are' : 'is';
    return `${what} ${verb} paused by ${paused.by} since ${new Date(paused.sinceMs).toISOString()}: goes on when resumed`;
  }
  if (!isDrained(state, instance)) return undefined;
  return `${reservation?.hostname} is drained by its operator: ${name} goes on when the agent is given back, or elsewhere when it is replaced`;
}

/** Nobody knows whether it runs: nothing of it is started a second time. */
export const unreachable = ({ name, reservation, downSinceMs }: InstanceRecord): string => {
  const since = downSinceMs === undefined ? '' : ` since ${new Date(downSinceMs).toISOString()}`;
  return `${reservation?.hostname} cannot be reached${since}, and ${name} may still run there: bring it back, or say that it is gone to have ${name} replaced`;
};

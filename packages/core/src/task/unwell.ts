/** Instances that do not serve as they should. */
import type { State } from '../state.ts';
import { isEnded } from './state.ts';

/** One of its tasks has ended otherwise than it should. */
export const hasFailed = (state: State, instance: string): boolean =>
  [...(state.tasks.get(instance)?.values() ?? [])].some((task) => isEnded(task.state) && task.state !== 'FINISHED');

/** Or is not ready: least is lost when it restarts. One that is paused, or that nobody hears from, is something else. */
export const isUnwell = (state: State, instance: string): boolean =>
  state.instances.get(instance)?.paused === undefined &&
  [...(state.tasks.get(instance)?.values() ?? [])].some(
    (task) => task.state !== 'FINISHED' && task.state !== 'UNREACHABLE' && !task.ready,
  );

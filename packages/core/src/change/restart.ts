/** Which differences of a pod need a restart of its instances, and which the running tasks can take. */
import type { FieldDiff } from '../record/run.ts';
import type { PodSpec } from '../spec/pod.ts';
import { diff } from './diff.ts';

/** Fields that matter only when an instance is placed, replaced or counted, or only to the scheduler. */
export function restartDiff(from: PodSpec, to: PodSpec): readonly FieldDiff[] {
  return diff(running(from), running(to), `pods.${to.name}`);
}

function running(pod: PodSpec): unknown {
  const { count: _count, allowDecommission: _allow, placement: _placement, gates: _gates, tasks, ...rest } = pod;
  return {
    ...rest,
    // How it is stopped matters when it is stopped: a new grace time alone is no reason to.
    tasks: tasks.map(({ live: _live, killGraceMs: _grace, ...task }) => task),
  };
}

export type LiveChange = {
  readonly task: string;
  readonly procedure: string;
  readonly set: Readonly<Record<string, string>>;
  /** Keys that have no value any more: back to their defaults. */
  readonly unset: readonly string[];
  readonly diff: readonly FieldDiff[];
};

/** The live values to bring to the tasks of a pod that run with `from`. */
export function liveChanges(from: PodSpec, to: PodSpec): readonly LiveChange[] {
  return to.tasks.flatMap((task) => {
    const before = from.tasks.find(({ name }) => name === task.name)?.live?.values ?? {};
    const { procedure, values: after } = task.live ?? {};
    if (procedure === undefined || after === undefined) return [];
    const changed = diff(before, after, `pods.${to.name}.tasks.${task.name}.live`);
    if (changed.length === 0) return [];
    const set = Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value));
    const unset = Object.keys(before).filter((key) => !(key in after));
    return [{ task: task.name, procedure, set, unset, diff: changed }];
  });
}

/** What an instance still lacks of a configuration, as it stands now and whatever was begun with it before. */
import type { ConfigRecord } from '../record/config.ts';
import type { InstanceRecord } from '../record/instance.ts';
import type { FieldDiff } from '../record/run.ts';
import { hasInstance } from '../spec/instance.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { State } from '../state.ts';
import { liveChanges, restartDiff } from './restart.ts';
import type { LiveChange } from './restart.ts';

/** The fields for which it must be launched again; undefined when it need not be. `names`: the tasks it is to have. */
export function gapOf(
  state: State,
  config: ConfigRecord,
  name: string,
  names: readonly string[],
): readonly FieldDiff[] | undefined {
  const instance = state.instances.get(name);
  const tasks = state.tasks.get(name);
  const to = instance === undefined ? undefined : podOf(config, instance);
  if (instance === undefined || tasks === undefined || tasks.size === 0 || to === undefined)
    return [{ path: name, to: 'new' }];
  const goalOf = (task: string): string => to.tasks.find((spec) => spec.name === task)?.goal ?? 'RUNNING';
  // A launch that was given up halfway leaves tasks behind the configuration of their instance.
  const configIds = new Set([instance.configId]);
  for (const task of tasks.values()) if (goalOf(task.name) !== 'ONCE') configIds.add(task.configId);
  for (const id of configIds) {
    const from = podOf(state.configs.get(id), instance);
    // Its ports are those of this configuration: a task that another one launched may know others.
    const held = id === instance.configId ? instance.reservation : undefined;
    const changed = from === undefined ? [{ path: name, to: config.id }] : restartDiff(from, to, held);
    if (changed.length > 0) return changed;
  }
  const undone = names.find((task) => {
    const have = tasks.get(task);
    if (have === undefined) return true;
    if (goalOf(task) !== 'RUNNING') return have.state !== 'FINISHED';
    // It was stopped on purpose: by a run that is given up, or since it was switched off.
    return have.killing !== undefined && instance.paused?.tasks.includes(task) !== true;
  });
  return undone === undefined ? undefined : [{ path: `${name}-${undone}`, to: 'new' }];
}

/**
 * The live values to bring to it. What it started with and what procedures have given it since may be of two
 * configurations, and a procedure that did not answer may have done its work: what differs from either is brought.
 */
export function liveGapOf(state: State, config: ConfigRecord, instance: InstanceRecord): readonly LiveChange[] {
  const to = podOf(config, instance);
  if (to === undefined || !hasInstance(to, instance.index)) return [];
  const merged = new Map<string, LiveChange>();
  for (const id of new Set([instance.liveConfigId, ...(instance.liveDoubtIds ?? [])])) {
    const from = podOf(state.configs.get(id), instance);
    for (const change of from === undefined ? [] : liveChanges(from, to)) {
      const other = merged.get(change.task);
      merged.set(change.task, {
        ...change,
        set: { ...other?.set, ...change.set },
        unset: [...new Set([...(other?.unset ?? []), ...change.unset])],
        diff: other?.diff ?? change.diff,
      });
    }
  }
  return [...merged.values()];
}

const podOf = (config: ConfigRecord | undefined, instance: InstanceRecord): PodSpec | undefined =>
  config?.spec.pods.find(({ name }) => name === instance.pod);

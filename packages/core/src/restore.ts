import type { ConfigRecord } from './record/config.ts';
import type { InstanceRecord } from './record/instance.ts';
import type { RunRecord } from './record/run.ts';
import type { ServiceRecord } from './record/service.ts';
import type { StepRecord } from './record/step.ts';
import type { TaskRecord } from './record/task.ts';
import { indexInstance, indexRun, indexStep, indexTask } from './index-records.ts';
import { emptyState } from './state.ts';
import type { State } from './state.ts';

/** A record as it came from the store. */
export type StoredValue = { readonly path: string; readonly value: unknown };

/** The state that these records describe. Throws for a path that no version of Warder has written. */
export function restore(records: readonly StoredValue[]): State {
  const state = emptyState();
  state.asleep = true;
  const runs: RunRecord[] = [];
  const steps: StepRecord[] = [];
  for (const { path, value } of records) {
    const kind = path.slice(0, path.includes('/') ? path.indexOf('/') : undefined);
    if (kind === 'service') state.service = value as ServiceRecord;
    else if (kind === 'config') add(state.configs, value as ConfigRecord);
    else if (kind === 'instance') {
      const instance = value as InstanceRecord;
      indexInstance(state, undefined, instance);
      state.instances.set(instance.name, instance);
      for (const open of [instance.reserving, instance.releasing]) {
        if (open !== undefined) state.index.operations.set(open.operationId, { instance: instance.name, taskIds: [] });
      }
    } else if (kind === 'task') {
      const task = value as TaskRecord;
      const tasks = state.tasks.get(task.instance) ?? new Map<string, TaskRecord>();
      state.tasks.set(task.instance, tasks.set(task.name, task));
      indexTask(state, undefined, task);
    } else if (kind === 'run') runs.push(value as RunRecord);
    else if (kind === 'step') steps.push(value as StepRecord);
    else throw new Error(`the store holds a record that this version does not know: ${path}`);
  }
  // By number, not by name: run-10 came after run-9.
  for (const run of runs.toSorted((a, b) => numberOf(a.id) - numberOf(b.id))) {
    state.runs.set(run.id, run);
    indexRun(state, run);
  }
  for (const step of steps) {
    indexStep(state, undefined, step);
    state.steps.set(step.id, step);
  }
  return state;
}

const add = <T extends { readonly id: string }>(map: Map<string, T>, record: T): void =>
  void map.set(record.id, record);

const numberOf = (id: string): number => Number(id.slice(id.lastIndexOf('-') + 1));

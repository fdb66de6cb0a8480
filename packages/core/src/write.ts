/** The only writers of records: each hands out the change and keeps the index true. */
import type { Context } from './context.ts';
import type { ConfigRecord } from './record/config.ts';
import type { InstanceRecord } from './record/instance.ts';
import type { RunRecord } from './record/run.ts';
import type { ServiceRecord } from './record/service.ts';
import type { StepRecord } from './record/step.ts';
import type { TaskRecord } from './record/task.ts';
import { indexInstance, indexRun, indexStep, indexTask, phaseKey } from './index-records.ts';

export function putService(context: Context, service: ServiceRecord): void {
  context.state.service = service;
  context.changes.set('service', service);
}

/** A number that no other record of this service ever has. */
export function nextId(context: Context): number {
  const { service } = context.state;
  if (service === undefined) throw new Error('a service must be configured before anything gets an id');
  putService(context, { ...service, nextId: service.nextId + 1 });
  return service.nextId;
}

export function putConfig(context: Context, config: ConfigRecord): void {
  context.state.configs.set(config.id, config);
  context.changes.set(`config/${config.id}`, config);
}

export function deleteConfig(context: Context, id: string): void {
  context.state.configs.delete(id);
  context.changes.set(`config/${id}`, undefined);
}

export function putInstance(context: Context, instance: InstanceRecord): void {
  const { state } = context;
  indexInstance(state, state.instances.get(instance.name), instance);
  state.instances.set(instance.name, instance);
  context.changes.set(`instance/${instance.name}`, instance);
}

/** Forgets its tasks too. */
export function deleteInstance(context: Context, name: string): void {
  const { state } = context;
  deleteTasks(context, name);
  indexInstance(state, state.instances.get(name), undefined);
  state.instances.delete(name);
  context.changes.set(`instance/${name}`, undefined);
}

export function putTask(context: Context, task: TaskRecord): void {
  const { state } = context;
  let tasks = state.tasks.get(task.instance);
  if (tasks === undefined) {
    tasks = new Map();
    state.tasks.set(task.instance, tasks);
  }
  indexTask(state, tasks.get(task.name), task);
  tasks.set(task.name, task);
  context.changes.set(`task/${task.instance}/${task.name}`, task);
}

export function deleteTasks(context: Context, instance: string): void {
  const { state } = context;
  for (const task of state.tasks.get(instance)?.values() ?? []) {
    indexTask(state, task, undefined);
    context.changes.set(`task/${task.instance}/${task.name}`, undefined);
  }
  state.tasks.delete(instance);
}

export function putRun(context: Context, run: RunRecord): void {
  context.state.runs.set(run.id, run);
  indexRun(context.state, run);
  context.changes.set(`run/${run.id}`, run);
}

export function putStep(context: Context, step: StepRecord): void {
  const { state } = context;
  indexStep(state, state.steps.get(step.id), step);
  state.steps.set(step.id, step);
  context.changes.set(`step/${step.id}`, step);
}

/** Only of a run that has ended. */
export function deleteRun(context: Context, run: RunRecord): void {
  const { state } = context;
  for (const [at, phase] of run.phases.entries()) {
    state.index.progress.delete(phaseKey(run, at));
    for (const stepId of phase.stepIds) {
      state.steps.delete(stepId);
      context.changes.set(`step/${stepId}`, undefined);
    }
  }
  state.runs.delete(run.id);
  context.changes.set(`run/${run.id}`, undefined);
}

/** Bringing back, in place and with its own configuration, what should run and does not. */
import type { Context } from '../context.ts';
import type { StepRecord } from '../record/step.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { TaskSpec } from '../spec/task.ts';
import { isEnded } from '../task/state.ts';
import { putStep } from '../write.ts';
import { endOf } from './watch.ts';
import { startRun } from './run.ts';
import { leavingBy } from './take-over.ts';

export function recover(context: Context, name: string): void {
  const { state } = context;
  const instance = state.instances.get(name);
  if (instance === undefined || state.service === undefined) return;
  if (state.service.uninstalling) {
    const owner = state.index.owner.get(name);
    if (owner !== undefined) context.agenda.add(`step:${owner}`);
    return;
  }
  const config = state.configs.get(instance.configId);
  const pod = config?.spec.pods.find((other) => other.name === instance.pod);
  if (config === undefined || pod === undefined) return;
  const tasks = state.tasks.get(name);
  const down = pod.tasks.filter((spec) => {
    const task = tasks?.get(spec.name);
    return spec.goal === 'RUNNING' && task !== undefined && isEnded(task.state);
  });
  const owner = state.steps.get(state.index.owner.get(name) ?? '');
  if (owner !== undefined) {
    adopt(context, owner, pod, down);
    context.agenda.add(`step:${owner.id}`);
    return;
  }
  if (down.length === 0 || leavingBy(context, name) !== undefined) return;
  for (const stepId of state.index.claims.get(name) ?? []) {
    if (state.runs.get(state.steps.get(stepId)?.runId ?? '')?.plan === 'recovery') {
      context.agenda.add(`step:${stepId}`);
      return;
    }
  }
  const all = down.some((spec) => spec.essential);
  const names = all
    ? pod.tasks.filter(({ goal }) => goal === 'RUNNING').map((spec) => spec.name)
    : down.map((spec) => spec.name);
  const ends = down.flatMap((spec) => {
    const task = tasks?.get(spec.name);
    return task === undefined ? [] : [`${name}-${spec.name} ${endOf(task)}`];
  });
  startRun(context, {
    plan: 'recovery',
    cause: { by: 'warder', text: ends.join('; '), diff: [] },
    configId: config.id,
    strategy: 'serial',
    phases: [
      {
        name,
        strategy: 'serial',
        steps: [
          {
            name: `${name}:[${names.join(', ')}]`,
            diff: [],
            work: {
              kind: 'launch',
              instance: name,
              tasks: names,
              configId: config.id,
              restart: all && names.length > down.length,
              replace: false,
              force: false,
            },
          },
        ],
      },
    ],
  });
}

/** A step that watches some tasks of an instance brings the others of it back too: it may wait for what they do. */
function adopt(context: Context, step: StepRecord, pod: PodSpec, down: readonly TaskSpec[]): void {
  const { work, launched } = step;
  if (work.kind !== 'launch' || launched === undefined) return;
  const have = context.state.tasks.get(work.instance);
  const sets = new Set(pod.tasks.flatMap(({ name, resourceSet }) => (work.tasks.includes(name) ? [resourceSet] : [])));
  // What it has stopped itself, to use its resources, is not for it to bring back.
  const more = down
    .filter(({ name, resourceSet }) => !sets.has(resourceSet) && have?.get(name)?.killing === undefined)
    .map(({ name }) => name);
  if (more.length === 0) return;
  const { launched: _launched, ...rest } = step;
  context.state.index.asked.delete(step.id);
  putStep(context, {
    ...rest,
    status: 'PREPARED',
    work: { ...work, tasks: [...work.tasks, ...more], restart: false },
    passed: [],
    reason: { text: `${more.join(', ')} of ${work.instance} ended`, sinceMs: context.nowMs },
  });
}

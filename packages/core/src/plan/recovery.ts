/** Bringing back, in place and with its own configuration, what should run and does not. */
import type { Context } from '../context.ts';
import { isEnded } from '../task/state.ts';
import { endOf } from './watch.ts';
import { startRun } from './run.ts';

export function recover(context: Context, name: string): void {
  const { state } = context;
  const instance = state.instances.get(name);
  if (instance === undefined || state.service === undefined || state.service.uninstalling) return;
  const owner = state.index.owner.get(name);
  if (owner !== undefined) {
    context.agenda.add(`step:${owner}`);
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
  if (down.length === 0) return;
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

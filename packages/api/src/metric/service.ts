/** What there is to measure of one service: its scheduler, its runs and tasks, and what its package says. */
import { runStatus } from '@warder/core';
import type { State } from '@warder/core';
import type { Metric, Scheduler } from '@warder/scheduler';
import { viewHealth } from '../view/health.ts';
import { stepsIn } from '../view/step.ts';

/** Never rejects: a package that cannot tell is a metric of its own. */
export async function serviceMetrics(service: Scheduler): Promise<readonly Metric[]> {
  const own = await ownMetrics(service);
  const up = gauge(
    'warder_package_metrics_up',
    'Whether the code of the package told its metrics',
    own === undefined ? 0 : 1,
  );
  return [...stateMetrics(service.state, service.trouble()), ...service.counts(), up, ...(own ?? [])];
}

async function ownMetrics(service: Scheduler): Promise<readonly Metric[] | undefined> {
  try {
    return await service.metrics();
  } catch {
    return undefined;
  }
}

/** How things stand, counted. */
export function stateMetrics(state: State, trouble?: string): readonly Metric[] {
  const stepsOf = stepsIn(state.steps);
  const active = [...state.runs.values()].filter((run) => run.ended === undefined);
  const steps = active.flatMap((run) => run.phases.flatMap(({ stepIds }) => stepsOf(stepIds)));
  const tasks = [...state.tasks.values()].flatMap((byName) => [...byName.values()]);
  const { status } = viewHealth(state, trouble);
  return [
    gauge('warder_service_healthy', 'Whether the service is as it should be', status === 'healthy' ? 1 : 0),
    gauge('warder_service_degraded', 'Whether somebody has to look at the service', status === 'degraded' ? 1 : 0),
    ...active.map((run) =>
      gauge('warder_runs', 'Runs that have not ended', 1, {
        plan: run.plan,
        run: run.id,
        status: runStatus(run, stepsOf),
      }),
    ),
    ...counted('warder_steps', 'Steps of runs that have not ended', 'status', steps, (step) => step.status),
    ...counted('warder_tasks', 'Tasks', 'state', tasks, (task) => task.state),
    gauge('warder_tasks_ready', 'Tasks that run and are ready', tasks.filter((task) => task.ready).length),
    gauge('warder_instances', 'Pod instances', state.instances.size),
    gauge('warder_steps_unplaced', 'Steps that look for a place', state.index.unplaced.size),
    gauge('warder_configurations', 'Configurations that are kept', state.configs.size),
  ];
}

export const gauge = (
  name: string,
  help: string,
  value: number,
  labels?: Readonly<Record<string, string>>,
): Metric => ({ name, help, type: 'gauge', value, ...(labels === undefined ? {} : { labels }) });

function counted<T>(
  name: string,
  help: string,
  label: string,
  all: readonly T[],
  keyOf: (one: T) => string,
): readonly Metric[] {
  return [...Map.groupBy(all, keyOf)].map(([key, group]) => gauge(name, help, group.length, { [label]: key }));
}

import { instancesOf, isDeployed, runStatus } from '@warder/core';
import type { PodSpec, RunRecord, ServiceSpec, State, TaskRecord } from '@warder/core';
import { z } from 'zod';
import { agentAway } from './away.ts';
import { targetSpec } from './plan.ts';
import { stepsIn } from './step.ts';
import { fullName, taskEnd } from './task.ts';

export const healthView = z
  .object({
    status: z.enum(['healthy', 'deploying', 'uninstalling', 'degraded']),
    reasons: z.array(z.string()),
  })
  .meta({ id: 'Health' });

export type HealthView = z.infer<typeof healthView>;

/** What runs need not be worried about: work that somebody wanted. */
const isWanted = (run: RunRecord): boolean => run.plan !== 'recovery';

/**
 * uninstalling: it is on its way out. degraded: a run cannot go on without a person, or tasks are away that nobody
 * asked to stop, or nothing can be decided at all (`trouble`). deploying: a run that was asked for is on its way.
 * Otherwise healthy.
 */
export function viewHealth(state: State, trouble?: string): HealthView {
  const stepsOf = stepsIn(state.steps);
  const active = [...state.runs.values()].filter((run) => run.ended === undefined);
  const errors = active
    .filter((run) => runStatus(run, stepsOf) === 'ERROR')
    .map((run) => `${run.plan} (${run.id}) has errors`);
  const stuck = [...(trouble === undefined ? [] : [trouble]), ...errors];
  if (state.service?.uninstalling === true) return { status: 'uninstalling', reasons: stuck };
  const wanted = active.filter(isWanted);
  const away = missing(state);
  if (stuck.length > 0) return { status: 'degraded', reasons: [...stuck, ...away] };
  if (wanted.length > 0) {
    const reasons = wanted.map((run) => `${run.plan} (${run.id}) is ${runStatus(run, stepsOf)}`);
    return { status: 'deploying', reasons: [...reasons, ...away] };
  }
  return { status: away.length === 0 ? 'healthy' : 'degraded', reasons: away };
}

export function healthHttpStatus(status: HealthView['status']): 200 | 202 | 503 {
  if (status === 'degraded') return 503;
  return status === 'healthy' ? 200 : 202;
}

/** Tasks of the spec that should run and do not. */
function missing(state: State): string[] {
  const spec = targetSpec(state);
  if (spec === undefined) return [];
  return spec.pods.flatMap((pod) => instancesOf(pod).flatMap((index) => awayOf(state, spec, pod, index)));
}

function awayOf(state: State, spec: ServiceSpec, pod: PodSpec, index: number): string[] {
  const instance = `${pod.name}-${index}`;
  return pod.tasks.flatMap(({ name, goal }) => {
    if (goal !== 'RUNNING') return [];
    const task = state.tasks.get(instance)?.get(name);
    if (task !== undefined) return problemOf(state, task) ?? [];
    // What only another plan launches is not missed before somebody starts it.
    return isDeployed(spec, pod, index, name) ? [`${instance}-${name} was never launched`] : [];
  });
}

function problemOf(state: State, task: TaskRecord): string | undefined {
  const agentId = agentAway(state, task.instance);
  if (agentId !== undefined) return `${fullName(task)} is on ${agentId}, which cannot be reached`;
  if (task.state !== 'RUNNING') return taskEnd(task);
  if (task.healthy === false) return `${fullName(task)} is not healthy`;
  return task.ready ? undefined : `${fullName(task)} is not ready`;
}

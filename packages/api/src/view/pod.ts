import { isEnded } from '@warder/core';
import type { State, TaskRecord } from '@warder/core';
import { z } from 'zod';
import { agentAway } from './away.ts';
import { targetSpec } from './plan.ts';
import { fullName } from './task.ts';

export const instanceStatus = z
  .object({
    name: z.string(),
    tasks: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        status: z
          .string()
          .describe(
            'The state of the task; PAUSING, PAUSED or RESUMING where a person paused it, UNREACHABLE where its agent is',
          ),
      }),
    ),
    paused: z
      .object({ by: z.string(), sinceMs: z.number(), tasks: z.array(z.string()).readonly() })
      .optional()
      .describe('A person wants these tasks of it not to run'),
  })
  .meta({ id: 'InstanceStatus' });

export const podStatus = z
  .object({
    service: z.string(),
    pods: z.array(z.object({ name: z.string(), instances: z.array(instanceStatus) })),
  })
  .meta({ id: 'PodStatus' });

export type InstanceStatus = z.infer<typeof instanceStatus>;
export type PodStatus = z.infer<typeof podStatus>;

/** Instances by pod, in the order of the spec and of their numbers; also those that the spec has no more. */
export function viewPods(state: State, service: string): PodStatus {
  const instances = [...state.instances.values()].toSorted((a, b) => a.index - b.index);
  const wanted = targetSpec(state)?.pods.map((pod) => pod.name) ?? [];
  const pods = [...new Set([...wanted, ...instances.map((instance) => instance.pod)])];
  return {
    service,
    pods: pods.map((pod) => ({
      name: pod,
      instances: instances
        .filter((instance) => instance.pod === pod)
        .map((instance) => viewInstance(state, instance.name)),
    })),
  };
}

export function instanceNames(state: State): readonly string[] {
  return viewPods(state, '').pods.flatMap((pod) => pod.instances.map((instance) => instance.name));
}

export function viewInstance(state: State, name: string): InstanceStatus {
  const tasks = [...(state.tasks.get(name)?.values() ?? [])];
  const paused = state.instances.get(name)?.paused;
  return {
    name,
    tasks: tasks.map((task) => ({ id: task.id, name: fullName(task), status: taskStatus(state, task, paused?.tasks) })),
    ...(paused === undefined ? {} : { paused }),
  };
}

function taskStatus(state: State, task: TaskRecord, paused: readonly string[] = []): string {
  if (paused.includes(task.name)) return isEnded(task.state) ? 'PAUSED' : 'PAUSING';
  if (!isEnded(task.state) && agentAway(state, task.instance) !== undefined) return 'UNREACHABLE';
  const isUp = task.state === 'RUNNING' && task.ready;
  return !isUp && isResuming(state, task) ? 'RESUMING' : task.state;
}

function isResuming(state: State, { instance, name }: TaskRecord): boolean {
  return [...(state.index.claims.get(instance) ?? [])].some((stepId) => {
    const step = state.steps.get(stepId);
    const isMeant = step?.work.kind === 'launch' && step.work.tasks.includes(name);
    return isMeant && state.runs.get(step.runId)?.plan === 'resume';
  });
}

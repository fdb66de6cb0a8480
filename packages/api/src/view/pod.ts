import type { State } from '@warder/core';
import { z } from 'zod';
import { targetSpec } from './plan.ts';
import { fullName } from './task.ts';

export const instanceStatus = z
  .object({
    name: z.string(),
    tasks: z.array(z.object({ id: z.string(), name: z.string(), status: z.string() })),
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
  return { name, tasks: tasks.map((task) => ({ id: task.id, name: fullName(task), status: task.state })) };
}

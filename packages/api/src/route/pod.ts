import type { InstanceRecord, TaskRecord, TaskSpec } from '@warder/core';
import type { Scheduler } from '@warder/scheduler';
import { z } from 'zod';
import { ApiFailure } from '../failure.ts';
import { nextAfterUnknown } from '../nearest.ts';
import { ok, serviceRoute } from '../route.ts';
import { instanceNames, instanceStatus, podStatus, viewInstance, viewPods } from '../view/pod.ts';

export const instanceParam = { instance: 'A pod instance: `broker-0`' };

export const podRoutes = [
  serviceRoute({
    method: 'GET',
    path: '/pod',
    summary: 'Names of the pod instances',
    output: z.array(z.string()),
    handle: ({ service }) => ok([...instanceNames(service.state)]),
  }),
  serviceRoute({
    method: 'GET',
    path: '/pod/status',
    summary: 'Every pod, its instances and the states of their tasks',
    output: podStatus,
    handle: ({ service }) => ok(viewPods(service.state, service.name)),
  }),
  serviceRoute({
    method: 'GET',
    path: '/pod/{instance}/status',
    summary: 'The states of the tasks of one instance',
    params: instanceParam,
    output: instanceStatus,
    handle: ({ service, params }) => ok(viewInstance(service.state, demandInstance(service, params.instance).name)),
  }),
  serviceRoute({
    method: 'GET',
    path: '/pod/{instance}/info',
    summary: 'All that is recorded of one instance',
    params: instanceParam,
    output: z.object({
      instance: z.custom<InstanceRecord>().meta({ description: 'The record, with its reservation' }),
      tasks: z.array(
        z.object({
          record: z.custom<TaskRecord>().meta({ description: 'What is known of the task' }),
          spec: z.custom<TaskSpec>().optional().meta({ description: 'As it was launched' }),
        }),
      ),
    }),
    handle: ({ service, params }) => {
      const record = demandInstance(service, params.instance);
      const tasks = [...(service.state.tasks.get(record.name)?.values() ?? [])];
      return ok({
        instance: record,
        tasks: tasks.map((task) => ({ record: task, spec: specOf(service, record, task) })),
      });
    },
  }),
];

export function demandInstance(service: Scheduler, name: string): InstanceRecord {
  const record = service.state.instances.get(name);
  if (record !== undefined) return record;
  const names = [...service.state.instances.keys()];
  const next = nextAfterUnknown(name, names, `warder ${service.name} pod list`);
  throw new ApiFailure(404, 'pod-unknown', `${service.name} has no pod instance ${name}`, next);
}

function specOf(service: Scheduler, instance: InstanceRecord, task: TaskRecord): TaskSpec | undefined {
  const pods = service.state.configs.get(task.configId)?.spec.pods ?? [];
  return pods.find((pod) => pod.name === instance.pod)?.tasks.find((spec) => spec.name === task.name);
}

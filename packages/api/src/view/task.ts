import type { InstanceRecord, State, TaskRecord } from '@warder/core';
import { z } from 'zod';

const exit = z
  .object({ code: z.number().optional(), signal: z.string().optional(), outOfMemory: z.boolean().optional() })
  .meta({ id: 'Exit', description: 'How a task ended' });

export const taskView = z
  .object({
    id: z.string(),
    name: z.string().describe('`broker-0-server`'),
    instance: z.string(),
    task: z.string(),
    state: z.string(),
    ready: z.boolean(),
    healthy: z.boolean().optional(),
    agent: z.string(),
    hostname: z.string().optional(),
    address: z.string().optional(),
    ports: z.record(z.string(), z.number()),
    exit: exit.optional(),
    message: z.string().optional(),
    configId: z.string(),
    launchedMs: z.number(),
    startedMs: z.number().optional(),
  })
  .meta({ id: 'Task' });

export type TaskView = z.infer<typeof taskView>;

export function viewTasks(state: State): TaskView[] {
  const all = [...state.tasks.values()].flatMap((tasks) => [...tasks.values()]);
  return all.map((task) => viewTask(task, state.instances.get(task.instance)));
}

/** By full name (`broker-0-server`) or by id. */
export function findTask(state: State, name: string): TaskRecord | undefined {
  const place = state.index.taskById.get(name);
  if (place !== undefined) return state.tasks.get(place.instance)?.get(place.name);
  for (const tasks of state.tasks.values()) {
    for (const task of tasks.values()) if (task.id === name || fullName(task) === name) return task;
  }
  return undefined;
}

export const fullName = (task: TaskRecord): string => `${task.instance}-${task.name}`;

function viewTask(task: TaskRecord, instance: InstanceRecord | undefined): TaskView {
  const { id, state, ready, healthy, exit: ended, message, configId, launchedMs, startedMs } = task;
  const reservation = instance?.reservation;
  return {
    id,
    name: fullName(task),
    instance: task.instance,
    task: task.name,
    state,
    ready,
    ...(healthy === undefined ? {} : { healthy }),
    agent: task.agentId,
    ...(reservation === undefined ? {} : { hostname: reservation.hostname, address: reservation.address }),
    ports: Object.assign({}, ...(reservation?.sets.map((set) => set.ports) ?? [])),
    ...(ended === undefined ? {} : { exit: ended }),
    ...(message === undefined ? {} : { message }),
    configId,
    launchedMs,
    ...(startedMs === undefined ? {} : { startedMs }),
  };
}

/** `broker-0-server DROPPED: this host has no user kafka`: what became of a task, as far as it is known. */
export function taskEnd(task: TaskRecord): string {
  const { exit: ended, message } = task;
  const how = [
    ...(ended?.outOfMemory === true ? ['out of memory'] : []),
    ...(ended?.signal === undefined ? [] : [`signal ${ended.signal}`]),
    ...(ended?.code === undefined ? [] : [`exit code ${ended.code}`]),
    ...(message === undefined || message === '' ? [] : [message]),
  ];
  return [`${fullName(task)} ${task.state}`, ...how].join(': ');
}

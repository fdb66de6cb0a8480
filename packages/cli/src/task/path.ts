import type { ArgSpec, ServiceContext } from '../command.ts';

export const taskArg: ArgSpec = { name: 'task', summary: 'name (kafka-0-server) or id of a task' };

export function taskPath({ path }: ServiceContext, task: string, rest: string): string {
  return path(`/tasks/${encodeURIComponent(task)}${rest}`);
}

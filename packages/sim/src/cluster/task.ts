/** A task as it truly is, whatever anybody was told of it. */
import type { Exit, TaskStatus } from '@warder/core';
import type { EngineTask, Launch } from '@warder/engine';

export type SimTask = {
  readonly id: string;
  /** `node-0-server`: instance and task name, the identity that must be live only once. */
  readonly name: string;
  readonly instance: string;
  readonly agentId: string;
  readonly reservationId: string;
  readonly launch: EngineTask;
  state: TaskStatus['state'];
  ready: boolean;
  /** Since when it is ready. */
  readyMs: number | undefined;
  message: string | undefined;
  exit: Exit | undefined;
  /** The kill that the engine has taken on. */
  killed: boolean;
  /** When it caught up with its peers (a model of replication), if it has. */
  caughtUpMs: number | undefined;
  /** Takes back what it would do next. */
  cancelNext: () => void;
};

export function newTask(launch: Launch, task: EngineTask): SimTask {
  const { reservation } = launch;
  return {
    id: task.taskId,
    name: task.name,
    instance: reservation.instance,
    agentId: reservation.agentId,
    reservationId: reservation.id,
    launch: task,
    state: 'STAGING',
    ready: false,
    readyMs: undefined,
    message: undefined,
    exit: undefined,
    killed: false,
    caughtUpMs: undefined,
    cancelNext: () => {},
  };
}

/** Something of it runs, seen or not. */
export const isLive = (task: SimTask): boolean => task.state === 'STAGING' || task.state === 'RUNNING';

/** What kind of program it is: the first word of its command. */
export const programOf = (task: SimTask): string => task.launch.cmd.split(' ')[0] ?? '';

export function statusOf(task: SimTask, reachable: boolean): TaskStatus {
  const { id, agentId, state, ready, message, exit } = task;
  if (!reachable && state !== 'GONE') return { taskId: id, agentId, state: 'UNREACHABLE', ready: false };
  return {
    taskId: id,
    agentId,
    state,
    ready: ready && state === 'RUNNING',
    ...(message === undefined ? {} : { message }),
    ...(exit === undefined ? {} : { exit }),
  };
}

/** The directory of one task: what is written there, by whom, and in which order. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ReservedSet, ReservedVolume } from '@warder/core';
import type { EngineTask } from '@warder/engine';
import { isCode } from '../error.ts';
import { fileName } from '../home.ts';
import type { Home } from '../home.ts';
import { readJson } from '../json-file.ts';
import type { SecretName } from './secret.ts';

/** `task.json`, synced before anything is started: without it there is no task, with it there may be one. */
export type TaskRecord = {
  readonly service: string;
  readonly reservationId: string;
  readonly agentId: string;
  readonly mode: 'jail' | 'process';
  /** The network namespace to join; absent: that of the host. */
  readonly network?: string;
  readonly address: string;
  readonly set: ReservedSet;
  /** Of the pod. */
  readonly volumes?: readonly ReservedVolume[];
  /** Device files of its graphics cards. */
  readonly gpus?: readonly string[];
  readonly launchedMs: number;
  readonly task: StoredTask;
  readonly secrets?: readonly SecretName[];
};

/** What may be on a disk. */
export type StoredTask = Omit<EngineTask, 'secrets'>;

/** `kill.json`, synced before the first signal, so that a new engine goes on with the kill. */
export type KillRecord = {
  readonly why: 'kill' | 'health' | 'gone';
  readonly atMs: number;
  readonly graceMs: number;
  readonly message?: string;
};

/** `exit.json`: the end. Written by the shim, or by the engine for what never had a process or lost its shim. */
export type ExitRecord =
  | {
      readonly by: 'shim';
      readonly code: number;
      /** False: the runtime could not even start it. */
      readonly started: boolean;
      /** The runtime's process was killed: the code is not that of the task. */
      readonly unknown: boolean;
      readonly oomKills: number;
    }
  | {
      readonly by: 'engine';
      readonly state: 'ERROR' | 'KILLED' | 'LOST';
      readonly message: string;
      readonly oomKills: number;
    };

export type TaskPlace = {
  readonly id: string;
  readonly record: TaskRecord;
  readonly directory: string;
  /** The working directory of the task. */
  readonly sandbox: string;
  readonly cgroup: string;
  /** The name of the container, and of everything else that belongs to the task. */
  readonly container: string;
};

export const placeOf = (home: Home, record: TaskRecord): TaskPlace => {
  const key = fileName(record.task.taskId);
  const directory = join(home.tasks, key);
  return {
    id: record.task.taskId,
    record,
    directory,
    sandbox: join(directory, 'sandbox'),
    cgroup: `/warder-${home.hash}/${record.agentId}/${key}`,
    container: key,
  };
};

export const files = {
  record: 'task.json',
  kill: 'kill.json',
  exit: 'exit.json',
  /** What of the host the task sees in its working directory. */
  binds: 'binds.json',
  /** A directory: whoever makes it is the only shim of the task. */
  started: 'started',
  shim: 'started/shim',
  /** Process id of the first process of the task, as the host sees it. */
  init: 'init.pid',
  ready: 'ready',
  /** The last result of the health check. */
  health: 'health',
  /** In a folder of their own: each line that is written would wake whoever watches the others. */
  stdout: 'log/stdout',
  stderr: 'log/stderr',
  runtimeLog: 'runtime.log',
} as const;

export const readRecord = (directory: string): TaskRecord | undefined =>
  readJson(join(directory, files.record)) as TaskRecord | undefined;

export const readKill = (place: TaskPlace): KillRecord | undefined =>
  readJson(join(place.directory, files.kill)) as KillRecord | undefined;

export const readExit = (place: TaskPlace): ExitRecord | undefined =>
  readJson(join(place.directory, files.exit)) as ExitRecord | undefined;

/** When a file of the task was last written; undefined when there is none. */
export const writtenMs = (place: TaskPlace, file: string): number | undefined => {
  try {
    return statSync(join(place.directory, file)).mtimeMs;
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
};

export const readLine = (place: TaskPlace, file: string): string | undefined => {
  try {
    const text = readFileSync(join(place.directory, file), 'utf8').trim();
    return text === '' ? undefined : text;
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
};

/** What runs tasks: the OCI runtime, or, where there is none, nothing but processes. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Feature } from '@warder/core';
import type { Capabilities } from '@warder/engine';
import { startOf } from '../host/process.ts';
import type { User } from '../host/user.ts';
import { files } from '../task/place.ts';
import type { TaskPlace } from '../task/place.ts';
import type { Bind } from './bundle.ts';
import type { RunOptions, RunResult } from './run-inside.ts';

export type Jail = {
  readonly mode: 'jail' | 'process';
  /** What of the spec language it can do. */
  readonly features: readonly Feature[];
  readonly isolation: Capabilities['isolation'];
  /** The working directory as the task sees it. */
  readonly sandboxOf: (place: TaskPlace) => string;
  /** The user that tasks run as; undefined when the host has no such user. */
  readonly userOf: (name: string) => User | undefined;
  /** Writes what the shim needs. Returns what could not be given as wanted. */
  readonly prepare: (place: TaskPlace, prepared: Prepared) => Promise<readonly string[]>;
  /** Starts the shim, unless the task ever had one. */
  readonly start: (place: TaskPlace, env: Readonly<Record<string, string>>) => void;
  /** Whether any process of the task is there. */
  readonly alive: (place: TaskPlace) => boolean;
  /** To every process of the task. */
  readonly signal: (place: TaskPlace, name: 'SIGTERM' | 'SIGKILL') => void;
  readonly run: (place: TaskPlace, args: readonly string[], options: RunOptions) => Promise<RunResult>;
  /** How many processes of the task were killed because it went over its memory limit. */
  readonly oomKills: (place: TaskPlace) => number;
  /** Removes what a task that has ended without its shim has left in the kernel. */
  readonly clean: (place: TaskPlace) => Promise<void>;
  /** The task has ended and its shim has cleaned up: the little that is not the shim's. */
  readonly settle: (place: TaskPlace) => void;
};

/** Certificates are secrets with names of their own. */
export const secretFeatures = ['secrets', 'transport-encryption'] as const;

type Prepared = {
  readonly user: User;
  readonly env: Readonly<Record<string, string>>;
  readonly binds: readonly Bind[];
  /** Folders of the host; an absolute path is one of the jail. */
  readonly hostBinds: readonly Bind[];
  /** Where what holds the environment is written. */
  readonly folder: string;
};

/** The shim has a session of its own, so that no signal for the engine's terminal reaches it. */
export const startShim = (place: TaskPlace, script: string, env: Readonly<Record<string, string>>): void => {
  mkdirSync(join(place.directory, 'log'), { recursive: true, mode: 0o700 });
  for (const name of [files.stdout, files.stderr]) {
    writeFileSync(join(place.directory, name), '', { mode: 0o600, flag: 'a' });
  }
  const path = join(place.directory, 'shim.sh');
  writeFileSync(path, script, { mode: 0o600 });
  const shim = spawn('/bin/sh', [path], { cwd: place.directory, detached: true, stdio: 'ignore', env });
  // What became of the task is read from its directory: also when there was not even a shell.
  shim.on('error', () => {});
  shim.unref();
};

export type ShimState = {
  readonly alive: boolean;
  /** Undefined while it has not yet written who it is. */
  readonly pid?: number;
};

/** Whether the shim of a task that was started is there: by process id, start time and boot. */
export const shimState = (place: TaskPlace, boot: string, nowMs: number, startedMs: number): ShimState => {
  let line: string;
  try {
    line = readFileSync(join(place.directory, files.shim), 'utf8');
  } catch {
    // It writes the note within milliseconds of its start, or it was killed before it could.
    return { alive: nowMs - startedMs < 5_000 };
  }
  const [pid = '', start, itsBoot] = line.trim().split(' ');
  return { alive: itsBoot === boot && startOf(Number(pid)) === start, pid: Number(pid) };
};

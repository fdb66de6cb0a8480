/** How a task ended, from what is on disk. Pure: the same records mean the same for every engine that reads them. */
import type { Exit, TaskStatus } from '@warder/core';
import type { ExitRecord, KillRecord } from './place.ts';

export type Outcome = Pick<TaskStatus, 'state'> & { readonly exit?: Exit; readonly message?: string };

export type Ending = {
  readonly exit: ExitRecord;
  readonly kill?: KillRecord;
  readonly memoryMiB: number;
  /** The last complaint of the runtime, for a task that it could not start. */
  readonly runtimeError?: string;
};

export const outcomeOf = ({ exit, kill, memoryMiB, runtimeError }: Ending): Outcome => {
  const outOfMemory = exit.oomKills > 0;
  const memory = `out of memory: limit ${memoryMiB} MiB`;
  if (exit.by === 'engine') {
    if (kill?.why === 'gone') return { state: 'GONE', message: 'its agent is gone' };
    const message = outOfMemory ? `${exit.message}; ${memory}` : exit.message;
    return { state: exit.state, message, ...(outOfMemory && { exit: { outOfMemory } }) };
  }
  if (!exit.started && kill === undefined) {
    return { state: 'ERROR', message: `the jail could not be made: ${runtimeError ?? `code ${exit.code}`}` };
  }
  const how = exit.unknown ? { ...(outOfMemory && { outOfMemory }) } : codeOf(exit.code, outOfMemory);
  const note = outOfMemory ? { message: memory } : {};
  if (kill !== undefined) {
    const message = kill.message === undefined ? note : { message: kill.message };
    const state = kill.why === 'gone' ? 'GONE' : kill.why === 'health' ? 'FAILED' : 'KILLED';
    return { state, exit: how, ...message };
  }
  if (exit.unknown) {
    return { state: 'LOST', exit: how, message: 'the runtime process was killed: how the task ended is not known' };
  }
  if (exit.code === 0) return { state: 'FINISHED', exit: how, ...note };
  return { state: 'FAILED', exit: how, message: outOfMemory ? memory : wordsOf(exit.code) };
};

const signals: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
};

/** A shell tells of a signal as 128 and its number. */
const codeOf = (code: number, outOfMemory: boolean): Exit => {
  const signal = signals[code - 128];
  return { code, ...(signal !== undefined && { signal }), ...(outOfMemory && { outOfMemory }) };
};

const wordsOf = (code: number): string => {
  const signal = signals[code - 128];
  if (code === 126) return 'exit code 126: the command cannot be executed';
  if (code === 127) return 'exit code 127: a command was not found';
  return signal === undefined ? `exit code ${code}` : `exit code ${code} (${signal})`;
};

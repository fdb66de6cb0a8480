/** One server for each home. */
import { readFileSync, rmSync } from 'node:fs';
import { processStart } from '@warder/api/process-start';
import { ServerError } from './error.ts';
import type { Home } from './home.ts';
import { writeWholeFile } from './whole-file.ts';

export type Lock = { readonly release: () => void };

type Holder = { readonly pid: number; readonly startTime: string };

/**
 * Take a home, or say who has it. A lock of a process that is gone is taken over. Two servers that start at the same
 * moment may both pass here: then the exclusive lock on the store's file decides.
 *
 * @throws ServerError `server-running`
 */
export function takeLock(home: Home): Lock {
  const holder = readHolder(home.lock);
  if (holder !== undefined && holder.pid !== process.pid && processStart(holder.pid) === holder.startTime) {
    throw serverRunning(home, holder.pid);
  }
  const mine = JSON.stringify({ pid: process.pid, startTime: processStart(process.pid) ?? '' });
  writeWholeFile(home.lock, `${mine}\n`);
  return {
    release: () => {
      if (readHolder(home.lock)?.pid === process.pid) rmSync(home.lock, { force: true });
    },
  };
}

export function serverRunning(home: Home, pid: number | undefined): ServerError {
  const url = readUrl(home.serverFile);
  const who = pid === undefined ? 'another server' : `a server (pid ${pid})`;
  const where = url === undefined ? '' : ` at ${url}`;
  const next = 'use it; or end it: warder server stop; or choose another home (--home, WARDER_HOME)';
  return new ServerError('server-running', `${who} runs already for ${home.folder}${where}`, next);
}

function readHolder(path: string): Holder | undefined {
  const value = readJson(path);
  const { pid, startTime } = value;
  return typeof pid === 'number' && typeof startTime === 'string' ? { pid, startTime } : undefined;
}

function readUrl(path: string): string | undefined {
  const { url } = readJson(path);
  return typeof url === 'string' ? url : undefined;
}

function readJson(path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

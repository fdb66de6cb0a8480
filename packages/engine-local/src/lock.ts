/**
 * One engine per home. SQLite holds a lock of the kernel on the file, so it ends with the process, however that ends;
 * a file with a process id could only be guessed at. The owner is written beside it for the error message.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EngineError, textOf } from './error.ts';
import type { Home } from './home.ts';
import { startOf } from './host/process.ts';
import { readJson, writeJson } from './json-file.ts';

export type Lock = { readonly release: () => void };

/** Throws `engine-home-in-use` while another engine (of this or another process) has the home. */
export const lockHome = (home: Home): Lock => {
  const owner = join(home.engine, 'owner.json');
  const database = new DatabaseSync(join(home.engine, 'lock.sqlite'));
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    const held = readJson(owner);
    const pid = typeof held === 'object' && held !== null && 'pid' in held ? String(held.pid) : 'unknown';
    throw new EngineError(
      'engine-home-in-use',
      `the engine at ${home.engine} is in use by process ${pid} (${textOf(error)})`,
      'stop the other server, or choose another home',
    );
  }
  writeJson(owner, { pid: process.pid, start: startOf(process.pid) });
  return { release: () => database.close() };
};

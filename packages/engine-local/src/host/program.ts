/** Finding and running the programs of the host. */
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of a program. `/usr/sbin` and `/sbin` are searched too: a plain user's PATH often lacks them. */
export const findProgram = (name: string): string | undefined => {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  for (const folder of folders) {
    if (!folder.startsWith('/')) continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return undefined;
};

export type Output = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs a program to its end. Never rejects: a program that cannot be started has the code 127. */
export const run = (command: readonly string[], timeoutMs = 30_000): Promise<Output> =>
  new Promise((resolve) => {
    const [file = '', ...args] = command;
    execFile(file, args, { encoding: 'utf8', timeout: timeoutMs, maxBuffer: 4 << 20 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      resolve({ code, stdout, stderr: stderr === '' && error !== null ? error.message : stderr });
    });
  });

/** One word for a POSIX shell. */
export const quote = (word: string): string =>
  /^[A-Za-z0-9_./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * Values that must never reach a disk: a folder for each task, in memory that is not swapped either (ramfs), outside of
 * the home, so that no copy of the home holds them. They outlive the engine, and end with the task or the machine.
 */
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EngineSecret } from '@warder/engine';
import { EngineError, isCode } from '../error.ts';
import { volatileFolder } from '../home.ts';
import { findProgram, run } from '../host/program.ts';

/** What is kept of a secret beside the task's other facts: everything but its value. */
export type SecretName = Omit<EngineSecret, 'value'>;

export type Secrets = {
  /** Where what a task must keep to itself lies. */
  readonly folderOf: (key: string) => string;
  readonly put: (key: string, secrets: readonly EngineSecret[]) => Promise<void>;
  /** A file for each secret, in order. Throws `engine-secrets-lost` when they are not there any more. */
  readonly filesOf: (key: string, names: readonly SecretName[]) => readonly string[];
  readonly remove: (key: string) => void;
  /** Removes those of tasks that do not live, and with the last one everything. */
  readonly sweep: (live: ReadonlySet<string>) => Promise<void>;
};

/** Undefined: this machine has no memory that can be used as a folder. */
export const findSecrets = (mode: 'jail' | 'process', hash: string): Secrets | undefined => {
  if (process.platform !== 'linux') return undefined;
  // Plain users cannot mount; what everybody may write to is memory too, though it may be swapped.
  if (mode === 'process')
    return isMemory('/dev/shm') ? secretsIn(`/dev/shm/warder-${process.getuid?.() ?? ''}-${hash}`) : undefined;
  const mount = findProgram('mount');
  const umount = findProgram('umount');
  return mount === undefined || umount === undefined
    ? undefined
    : secretsIn(join(volatileFolder(hash), 'secrets'), { mount, umount });
};

const bytesMax = 1 << 20;

/** Why these cannot be given to a task; undefined when they can. */
export const secretProblem = (secrets: readonly EngineSecret[]): string | undefined => {
  if (secrets.reduce((sum, { value }) => sum + value.length, 0) > bytesMax) return `its secrets are larger than 1 MiB`;
  const strange = secrets.find(({ envKey, value }) => envKey !== undefined && value.includes(0));
  return strange && `the secret for ${strange.envKey} has a zero byte, which no variable can hold`;
};

type Programs = { readonly mount: string; readonly umount: string };

const secretsIn = (root: string, programs?: Programs): Secrets => {
  const folderOf = (key: string) => join(root, key);
  const make = async () => {
    makeFolder(root);
    if (programs === undefined || isMounted(root)) return;
    const { code, stderr } = await run([programs.mount, '-t', 'ramfs', '-o', 'mode=700', 'ramfs', root]);
    if (code !== 0) throw unusable(root, stderr.trim());
  };
  return {
    folderOf,
    put: async (key, secrets) => {
      await make();
      mkdirSync(folderOf(key), { mode: 0o700, recursive: true });
      for (const [index, { value }] of secrets.entries()) {
        writeFileSync(join(folderOf(key), String(index)), value, { mode: 0o600 });
      }
    },
    filesOf: (key, names) =>
      names.map((_, index) => {
        const file = join(folderOf(key), String(index));
        if (existsSync(file)) return file;
        throw new EngineError(
          'engine-secrets-lost',
          'the machine was restarted before the task began, and its secrets were in memory only',
          'nothing: it is launched again',
        );
      }),
    remove: (key) => rmSync(folderOf(key), { recursive: true, force: true }),
    sweep: async (live) => {
      if (!existsSync(root)) return;
      for (const key of readdirSync(root)) if (!live.has(key)) rmSync(folderOf(key), { recursive: true, force: true });
      if (live.size > 0 || readdirSync(root).length > 0) return;
      if (programs !== undefined) await run([programs.umount, root]);
      rmdirSync(root);
      if (programs !== undefined) removeEmpty(dirname(root));
    },
  };
};

/** Something else of the engine may still be in it. */
export const removeEmpty = (folder: string): void => {
  if (readdirSync(folder).length === 0) rmdirSync(folder);
};

/** Ours alone: others may write beside it, and could have made it before us. */
const makeFolder = (root: string): void => {
  try {
    mkdirSync(root, { mode: 0o700, recursive: root.startsWith('/run/') });
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
  const stat = lstatSync(root);
  if (stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o077) === 0) return;
  throw unusable(root, 'it belongs to somebody else, or others may read it');
};

const unusable = (root: string, why: string): EngineError =>
  new EngineError('engine-secrets', `${root} cannot be used for secrets: ${why}`, 'see `warder doctor`');

const isMounted = (root: string): boolean => mounts().some(({ path, type }) => path === root && type === 'ramfs');

const isMemory = (root: string): boolean => mounts().some(({ path, type }) => path === root && type === 'tmpfs');

const mounts = (): readonly { readonly path: string | undefined; readonly type: string | undefined }[] =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .map(([, path, type]) => ({ path, type }));

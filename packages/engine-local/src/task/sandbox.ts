/**
 * Files of a task as a person sees them: its working directory with its volumes and artifacts in their places. The
 * task may change links while we look, so what was opened is asked where it really is.
 */
import { constants, readlinkSync, realpathSync } from 'node:fs';
import { open, readdir, lstat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import type { FileEntry } from '@warder/engine';
import { EngineError, isCode } from '../error.ts';

/** A folder of the host that is shown at a path of the working directory (`` for itself). */
export type Shown = { readonly path: string; readonly source: string };

/** A person reads pages of a file, not gigabytes. */
const readBytesMax = 16 << 20;
const entriesMax = 10_000;

export const listFiles = async (shown: readonly Shown[], path: string): Promise<readonly FileEntry[]> => {
  const { handle, real } = await openInside(shown, path, constants.O_DIRECTORY);
  try {
    const names = (await readdir(real)).toSorted().slice(0, entriesMax);
    const entries = await Promise.all(names.map((name) => entryOf(join(real, name), name)));
    return entries.filter((entry) => entry !== undefined);
  } finally {
    await handle.close();
  }
};

export const readPart = async (
  shown: readonly Shown[],
  path: string,
  range: { readonly offset: number; readonly length: number },
): Promise<Uint8Array> => {
  const { handle } = await openInside(shown, path, constants.O_NONBLOCK);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new EngineError('engine-file-kind', `${path} is not a file`, 'list its folder');
    const offset = Math.max(0, range.offset);
    const length = Math.min(Math.max(0, range.length), readBytesMax, Math.max(0, stat.size - offset));
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
};

const openInside = async (
  shown: readonly Shown[],
  path: string,
  flags: number,
): Promise<{ readonly handle: FileHandle; readonly real: string }> => {
  const clean = normalize(`./${path}`);
  if (path.startsWith('/') || clean === '..' || clean.startsWith('../')) throw leaves(path);
  const { root, target } = locate(shown, clean);
  let handle: FileHandle;
  try {
    handle = await open(target, constants.O_RDONLY | flags);
  } catch (error) {
    if (isCode(error, 'ENOTDIR')) throw new EngineError('engine-file-kind', `${path} is not a folder`, 'read it');
    if (isCode(error, 'ENOENT', 'ELOOP'))
      throw new EngineError('engine-file-missing', `there is no ${path}`, 'list its folder');
    throw error;
  }
  const real = process.platform === 'linux' ? readlinkSync(`/proc/self/fd/${handle.fd}`) : realpathSync(target);
  if (real === root || real.startsWith(`${root}/`)) return { handle, real: throughHandle(handle, real) };
  await handle.close();
  throw leaves(path);
};

/** The opened folder itself, whatever its name means meanwhile. */
const throughHandle = (handle: FileHandle, real: string): string =>
  process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : real;

const locate = (shown: readonly Shown[], path: string): { readonly root: string; readonly target: string } => {
  const covering = shown
    .filter((each) => each.path === '' || path === each.path || path.startsWith(`${each.path}/`))
    .toSorted((one, other) => other.path.length - one.path.length)[0];
  if (covering === undefined) throw leaves(path);
  const root = realRoot(covering.source);
  return { root, target: covering.path === '' ? join(root, path) : join(root, path.slice(covering.path.length)) };
};

/** The folder of a task that ended long ago is gone. */
const realRoot = (source: string): string => {
  try {
    return realpathSync(source);
  } catch {
    throw new EngineError(
      'engine-file-missing',
      'the files of this task are gone',
      'look at a newer task of the same name',
    );
  }
};

const leaves = (path: string): EngineError =>
  new EngineError(
    'engine-path-escapes',
    `"${path}" leaves the working directory of the task`,
    'name a path inside of it',
  );

const entryOf = async (path: string, name: string): Promise<FileEntry | undefined> => {
  try {
    const stat = await lstat(path);
    const type = stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : stat.isSymbolicLink() ? 'link' : 'other';
    return { name, type, size: stat.size, mode: stat.mode & 0o7777, modifiedMs: Math.round(stat.mtimeMs) };
  } catch (error) {
    // Removed between the listing and the look.
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
};

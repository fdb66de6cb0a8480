/** Unpack an archive into a directory, refusing what would land or point outside of it. */
import { chmod, mkdir, readdir, readlink, stat } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path';
import { EngineError } from '../error.ts';
import { findProgram, run } from '../host/program.ts';

const unpackMs = 30 * 60_000;

/** `name` tells the kind of archive: .tar, .tar.gz, .tgz, .tar.bz2, .tar.xz, .zip, .jar. */
export const extract = async (archive: string, name: string, target: string): Promise<void> => {
  const kind = /\.(zip|jar)$/i.test(name)
    ? 'zip'
    : /\.(tar|tar\.gz|tgz|tar\.bz2|tar\.xz|txz)$/i.test(name)
      ? 'tar'
      : undefined;
  if (kind === undefined) {
    throw new EngineError(
      'engine-archive-unknown',
      `${name} is not an archive that can be unpacked`,
      'use tar, tar.gz or zip, or set extract to false',
    );
  }
  const program = findProgram(kind === 'zip' ? 'unzip' : 'tar');
  if (program === undefined) {
    const needed = kind === 'zip' ? 'unzip' : 'tar';
    throw new EngineError(
      'engine-no-unpacker',
      `${name} needs ${needed}, which is not installed`,
      `apt-get install ${needed}`,
    );
  }
  await mkdir(target, { recursive: true });
  const listing = await must(kind === 'zip' ? [program, '-Z1', archive] : [program, '-tf', archive], name);
  for (const entry of listing.split('\n')) if (leaves(entry)) throw escapes(name, entry);
  const command =
    kind === 'zip'
      ? [program, '-q', '-o', archive, '-d', target]
      : [program, '-xf', archive, '-C', target, '--no-same-owner'];
  await must(command, name);
  await openUp(target, target, name);
};

const leaves = (path: string): boolean => path.startsWith('/') || path.split('/').includes('..');

const escapes = (name: string, entry: string): EngineError =>
  new EngineError(
    'engine-archive-escapes',
    `${name} holds "${entry}", which leaves the directory it is unpacked to`,
    'do not use this archive',
  );

const must = async (command: readonly string[], name: string): Promise<string> => {
  const { code, stdout, stderr } = await run(command, unpackMs);
  if (code === 0) return stdout;
  throw new EngineError(
    'engine-archive-broken',
    `${name} cannot be unpacked: ${stderr.trim().split('\n')[0] ?? ''}`,
    'fetch it anew; check its checksum and the free disk',
  );
};

/** Every task of any user may read it, and run what its owner may. Links are looked at as they are, never followed. */
const openUp = async (root: string, folder: string, name: string): Promise<void> => {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) {
      const to = await readlink(path);
      if (to.startsWith('/') || leaves(relative(root, normalize(join(dirname(path), to))))) {
        throw escapes(name, `${relative(root, path)} -> ${to}`);
      }
    } else if (entry.isDirectory()) {
      await openUp(root, path, name);
    } else if (entry.isFile()) {
      const mode = (await stat(path)).mode & 0o777;
      await chmod(path, mode | 0o444 | ((mode & 0o100) === 0 ? 0 : 0o111));
    } else {
      throw escapes(name, relative(root, path));
    }
  }
};

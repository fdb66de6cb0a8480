/** Where volumes lie: those of the type MOUNT on a disk that an agent declares, all others in the home. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ReservedVolume } from '@warder/core';
import { EngineError } from '../error.ts';
import { fileName } from '../home.ts';
import type { Home } from '../home.ts';
import { diskOf } from './size.ts';

/**
 * A folder of its own, also on a disk that is taken whole: what a release destroys is what was made for the volume,
 * and never what somebody else has put there.
 */
export const volumePath = (home: Home, { id, diskId }: ReservedVolume): string =>
  join(diskId === undefined ? home.volumes : join(diskId, 'warder'), fileName(id));

/**
 * Throws `engine-volume-missing`: a volume that was made is not there, most often because its disk is not mounted. An
 * empty one in its place would look like lost data, and lie on the wrong disk.
 */
export const checkVolume = (home: Home, volume: ReservedVolume): void => {
  const path = volumePath(home, volume);
  if (existsSync(path)) return;
  throw new EngineError(
    'engine-volume-missing',
    `the volume ${volume.path} is not where it was made, at ${path}`,
    volume.diskId === undefined
      ? 'put it back, or replace the instance'
      : `mount the disk ${volume.diskId}, or replace the instance`,
  );
};

/** Throws `engine-agents-file` for a disk that cannot be used. */
export const checkDisk = (path: string): void => {
  const what = diskProblem(path);
  if (what === undefined) return;
  throw new EngineError(
    'engine-agents-file',
    `the disk ${path} of an agent cannot be used: ${what}`,
    'correct the declaration of the agents (agents.yml), or mount it',
  );
};

/** Why a folder cannot be a disk. */
export const diskProblem = (path: string): string | undefined => {
  if (!path.startsWith('/')) return 'it is not an absolute path';
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? undefined : 'there is no such folder';
};

export const sizeOfDisk = (path: string): number => diskOf(path).totalMiB;

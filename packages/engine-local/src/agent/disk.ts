/** Where volumes lie: those of the type MOUNT on a disk that an agent declares, all others in the home. */
import { statSync } from 'node:fs';
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

/** Throws `engine-agents-file` for a disk that cannot be used. */
export const checkDisk = (path: string): void => {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (path.startsWith('/') && stat?.isDirectory() === true) return;
  const what = path.startsWith('/') ? 'there is no such folder' : 'it is not an absolute path';
  throw new EngineError(
    'engine-agents-file',
    `the disk ${path} of an agent cannot be used: ${what}`,
    'correct the declaration of the agents (agents.yml), or mount it',
  );
};

export const sizeOfDisk = (path: string): number => diskOf(path).totalMiB;

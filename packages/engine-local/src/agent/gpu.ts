/** The graphics cards of this machine, as the device files that programs use. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ReservedSet } from '@warder/core';
import { isCode } from '../error.ts';

/** One file for each card (`/dev/nvidia0`), in order. `folder` is /dev, but for tests. */
export const findGpus = (folder: string): readonly string[] =>
  namesIn(folder)
    .filter((name) => /^nvidia\d+$/.test(name))
    .toSorted((one, other) => Number(one.slice(6)) - Number(other.slice(6)))
    .map((name) => join(folder, name));

/** Cards for each set that wants some: the ones it had, as far as they are there, and free ones. */
export const assignGpus = (
  sets: readonly ReservedSet[],
  free: readonly string[],
  before: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> => {
  const kept = sets.map(({ name, gpus = 0 }) =>
    (before[name] ?? []).filter((gpu) => free.includes(gpu)).slice(0, gpus),
  );
  const rest = free.filter((gpu) => !kept.flat().includes(gpu));
  return Object.fromEntries(
    sets.flatMap(({ name, gpus = 0 }, at) => {
      const has = kept[at] ?? [];
      return gpus === 0 ? [] : [[name, [...has, ...rest.splice(0, gpus - has.length)]]];
    }),
  );
};

/** Of all cards together: every task that has one needs these too. */
const controls = ['nvidiactl', 'nvidia-modeset', 'nvidia-uvm', 'nvidia-uvm-tools'];

export type Device = { readonly path: string; readonly major: number; readonly minor: number };

/** What a task with these cards is given. */
export const devicesOf = (gpus: readonly string[]): readonly Device[] => {
  const folders = [...new Set(gpus.map((path) => join(path, '..')))];
  return [...gpus, ...folders.flatMap((folder) => controls.map((name) => join(folder, name)))].flatMap(deviceAt);
};

const deviceAt = (path: string): readonly Device[] => {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isCharacterDevice() !== true) return [];
  // As glibc packs them: a major number of 12 bits between the parts of the minor one.
  const major = (stat.rdev >> 8) & 0xfff;
  const minor = (stat.rdev & 0xff) | ((stat.rdev >> 12) & 0xfff00);
  return [{ path: `/dev/${path.slice(path.lastIndexOf('/') + 1)}`, major, minor }];
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
};

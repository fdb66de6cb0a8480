/** What a task writes: read from its end, followed, and kept from growing without end. */
import { copyFileSync, existsSync, renameSync, statSync, truncateSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogOptions } from '@warder/engine';

export type Rotation = { readonly files: number; readonly bytes: number };

export const rotationDefault: Rotation = { files: 4, bytes: 16 << 20 };

/**
 * The task holds the file open, so the content is copied and the file emptied (the task appends, so it goes on at the
 * start). What is written between the two is lost.
 */
export const rotate = (path: string, { files, bytes }: Rotation): void => {
  if (sizeOf(path) <= bytes) return;
  for (let n = files - 1; n > 1; n -= 1) {
    if (existsSync(`${path}.${n - 1}`)) renameSync(`${path}.${n - 1}`, `${path}.${n}`);
  }
  copyFileSync(path, `${path}.1`);
  truncateSync(path, 0);
};

const chunkBytes = 64 << 10;
const pollMs = 200;

/** `ended`: nothing more will be written. */
export async function* readLog(path: string, options: LogOptions, ended: () => boolean): AsyncIterable<Uint8Array> {
  const { tailBytes, follow, signal } = options;
  const size = sizeOf(path);
  const older = `${path}.1`;
  const missing = tailBytes - size;
  if (missing > 0 && existsSync(older)) yield* readRange(older, Math.max(0, sizeOf(older) - missing));
  let offset = Math.max(0, size - tailBytes);
  while (!signal.aborted) {
    // Asked before reading: what was written until the end is then read for sure.
    const last = ended();
    if (sizeOf(path) < offset) offset = 0;
    for await (const chunk of readRange(path, offset)) {
      offset += chunk.length;
      yield chunk;
      if (signal.aborted) return;
    }
    if (!follow || last) return;
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
}

async function* readRange(path: string, start: number): AsyncIterable<Uint8Array> {
  if (!existsSync(path)) return;
  const file = await open(path, 'r');
  try {
    for (let position = start; ;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

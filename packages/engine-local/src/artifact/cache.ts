/**
 * Artifacts, fetched once for everybody. An entry is made beside the others and moved into its place when it is whole
 * and verified, so it is right or not there, whoever else fetches the same at the same time.
 */
import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineArtifact } from '@warder/engine';
import { EngineError, isCode } from '../error.ts';
import { readJson, writeJson } from '../json-file.ts';
import { digestOf, parseChecksum } from './digest.ts';
import { extract } from './extract.ts';
import { bring } from './source.ts';
import type { Transfer } from './source.ts';

export type CachedArtifact = Omit<EngineArtifact, 'dest'>;

export type Fetched = {
  /** A file, or a directory for what was unpacked and for `maven:`. Not to be changed. */
  readonly path: string;
  /** `sha256:...` of what was fetched, before it was unpacked. */
  readonly digest: string;
  /** Something that a person should know. */
  readonly warning?: string;
};

export type ArtifactCache = {
  /** Rejects with an EngineError (wrong checksum, not there, disk full), leaving nothing under the good name. */
  readonly fetch: (artifact: CachedArtifact, transfer: Transfer) => Promise<Fetched>;
};

type Flight = {
  readonly promise: Promise<Fetched>;
  readonly abort: AbortController;
  readonly waiting: Set<Pick<Transfer, 'progress'>>;
};

export const openCache = (folder: string): ArtifactCache => {
  sweep(folder);
  const flights = new Map<string, Flight>();
  const depart = (key: string, artifact: CachedArtifact): Flight => {
    const abort = new AbortController();
    const waiting = new Set<Pick<Transfer, 'progress'>>();
    const progress = (message: string) => {
      for (const each of waiting) each.progress(message);
    };
    const promise = obtain(folder, key, artifact, { signal: abort.signal, progress });
    const flight = { promise, abort, waiting };
    flights.set(key, flight);
    const land = () => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    // Whoever waits for it is told how it went; when nobody is left, nobody needs to be.
    promise.then(land, land);
    return flight;
  };
  return {
    fetch: async (artifact, { signal, progress }) => {
      signal.throwIfAborted();
      const key = keyOf(artifact);
      const current = flights.get(key);
      const flight = current === undefined || current.abort.signal.aborted ? depart(key, artifact) : current;
      const waiter = { progress };
      flight.waiting.add(waiter);
      const left = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      try {
        return await Promise.race([flight.promise, left]);
      } finally {
        flight.waiting.delete(waiter);
        if (flight.waiting.size === 0) flight.abort.abort();
      }
    },
  };
};

/**
 * Fetch one artifact into the cache of a home (or find it there), without an engine.
 *
 * @example
 * const { path } = await fetchArtifact('/root/.warder', { uri: 'maven:org.slf4j:slf4j-api:2.0.17', extract: false, executable: false });
 */
export const fetchArtifact = (
  home: string,
  artifact: CachedArtifact,
  transfer?: Partial<Transfer>,
): Promise<Fetched> => {
  const folder = join(home, 'cache');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { signal = new AbortController().signal, progress = () => {} } = transfer ?? {};
  return openCache(folder).fetch(artifact, { signal, progress });
};

/** A file of the host may change under its name: then it is another artifact. */
const keyOf = ({ uri, extract: unpack, executable, checksum }: CachedArtifact): string => {
  const parts = [uri, String(unpack), String(executable), checksum ?? ''];
  if (uri.startsWith('file:') && checksum === undefined) {
    try {
      const { mtimeMs, size } = statSync(fileURLToPath(uri));
      parts.push(String(mtimeMs), String(size));
    } catch {
      // Not there: fetching it says so.
    }
  }
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
};

const obtain = async (folder: string, key: string, artifact: CachedArtifact, transfer: Transfer): Promise<Fetched> => {
  const place = join(folder, key);
  const warning = warningOf(artifact);
  const found = entryAt(place);
  if (found !== undefined) return { ...found, ...(warning !== undefined && { warning }) };
  const partial = join(folder, `partial-${randomUUID()}`);
  mkdirSync(partial, { mode: 0o700 });
  try {
    const digest = await make(partial, artifact, transfer);
    transfer.signal.throwIfAborted();
    writeJson(join(partial, 'entry.json'), { uri: artifact.uri, digest });
    moveInto(partial, place);
  } catch (error) {
    if (isCode(error, 'ENOSPC', 'EDQUOT')) {
      throw new EngineError('engine-disk-full', `no space left for ${artifact.uri} in ${folder}`, 'free some disk', {
        cause: error,
      });
    }
    throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  const made = entryAt(place);
  if (made === undefined) throw new EngineError('engine-cache-broken', `${place} is broken`, `remove it and try again`);
  return { ...made, ...(warning !== undefined && { warning }) };
};

const entryAt = (place: string): { readonly path: string; readonly digest: string } | undefined => {
  const entry = readJson(join(place, 'entry.json')) as { readonly digest: string } | undefined;
  const path = join(place, 'content');
  return entry !== undefined && existsSync(path) ? { path, digest: entry.digest } : undefined;
};

/** Fetches, verifies, then unpacks into `content`. */
const make = async (partial: string, artifact: CachedArtifact, transfer: Transfer): Promise<string> => {
  const wanted = artifact.checksum === undefined ? undefined : parseChecksum(artifact.checksum);
  const isMaven = artifact.uri.startsWith('maven:');
  const content = join(partial, 'content');
  const unpack = artifact.extract && !isMaven;
  const raw = unpack ? join(partial, 'archive') : content;
  await bring(artifact.uri, raw, transfer);
  const digest = await digestOf(raw);
  const got = wanted?.algorithm === 'sha512' ? await digestOf(raw, 'sha512') : digest;
  if (wanted !== undefined && got !== `${wanted.algorithm}:${wanted.hex}`) {
    throw new EngineError(
      'engine-checksum-wrong',
      `${artifact.uri} has the checksum ${got}, not ${wanted.algorithm}:${wanted.hex}`,
      'do not use it before you know why; correct the checksum if the new content is right',
    );
  }
  if (unpack) {
    transfer.progress(`unpacking ${artifact.uri}`);
    await extract(raw, nameOf(artifact.uri), content);
    rmSync(raw, { force: true });
  } else {
    chmodSync(content, isMaven || artifact.executable ? 0o755 : 0o644);
  }
  return digest;
};

const nameOf = (uri: string): string => basename(new URL(uri).pathname);

const moveInto = (partial: string, place: string): void => {
  try {
    renameSync(partial, place);
  } catch (error) {
    // Another process was first with the same.
    if (!isCode(error, 'ENOTEMPTY', 'EEXIST') || entryAt(place) === undefined) throw error;
  }
};

const staleMs = 24 * 60 * 60_000;

/** What a process left that ended in the middle. A day is longer than anything takes that still goes on. */
const sweep = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const begun = name.startsWith('partial-') ? statSync(path, { throwIfNoEntry: false })?.mtimeMs : undefined;
    if (begun !== undefined && Date.now() - begun > staleMs) rmSync(path, { recursive: true, force: true });
  }
};

const warningOf = ({ uri, checksum }: CachedArtifact): string | undefined =>
  checksum === undefined && /^https?:/.test(uri) ? `${uri} has no checksum: what it holds is not verified` : undefined;

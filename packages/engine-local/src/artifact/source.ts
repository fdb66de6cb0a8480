/** Bring what an address names to a path: `file:`, `http:`, `https:`, `maven:`. */
import { createWriteStream } from 'node:fs';
import { copyFile, constants, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EngineError, isCode, textOf } from '../error.ts';
import { fetchMaven } from './maven.ts';

export type Transfer = { readonly signal: AbortSignal; readonly progress: (message: string) => void };

/** Rejects with a clear error; what was written until then is the caller's to remove. */
export const bring = (uri: string, target: string, transfer: Transfer): Promise<void> => {
  const scheme = /^([a-z]+):/.exec(uri)?.[1];
  if (scheme === 'file') return copy(uri, target);
  if (scheme === 'http' || scheme === 'https') return download(uri, target, transfer);
  if (scheme === 'maven') return fetchMaven(uri, target, transfer);
  throw new EngineError(
    'engine-artifact-address',
    `cannot fetch ${uri}`,
    'use an address with file:, http:, https: or maven:',
  );
};

const copy = async (uri: string, target: string): Promise<void> => {
  const path = fileURLToPath(uri);
  try {
    if (!(await stat(path)).isFile())
      throw new EngineError('engine-artifact-missing', `${path} is not a file`, 'name a file');
    await copyFile(path, target, constants.COPYFILE_FICLONE);
  } catch (error) {
    if (!isCode(error, 'ENOENT', 'EACCES', 'ENOTDIR')) throw error;
    throw new EngineError('engine-artifact-missing', `${path} cannot be read: ${textOf(error)}`, 'check the path', {
      cause: error,
    });
  }
};

const attemptsMax = 4;
/** A server that sends nothing for so long is taken for gone. */
const silenceMs = 60_000;

const download = async (uri: string, target: string, transfer: Transfer): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await downloadOnce(uri, target, transfer);
    } catch (error) {
      transfer.signal.throwIfAborted();
      const final =
        isCode(error, 'ENOSPC', 'EDQUOT') || (error instanceof EngineError && error.code === 'engine-artifact-refused');
      if (final || attempt === attemptsMax) throw failed(uri, error);
      transfer.progress(`fetching ${uri}: attempt ${attempt} failed (${reasonOf(error)}), trying again`);
      await sleep(500 * 2 ** attempt, undefined, { signal: transfer.signal });
    }
  }
};

const downloadOnce = async (uri: string, target: string, { signal, progress }: Transfer): Promise<void> => {
  const silent = new AbortController();
  const either = AbortSignal.any([signal, silent.signal]);
  let timer = setTimeout(() => silent.abort(), silenceMs);
  try {
    const response = await fetch(uri, { signal: either });
    if (!response.ok || response.body === null) {
      const text = `${uri} answers ${response.status} ${response.statusText}`;
      // What the server refuses now it refuses again; what it fails at now may work later.
      const code =
        response.status < 500 && response.status !== 429 ? 'engine-artifact-refused' : 'engine-artifact-failed';
      throw new EngineError(code, text, 'check the address');
    }
    let bytes = 0;
    const count = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        clearTimeout(timer);
        timer = setTimeout(() => silent.abort(), silenceMs);
        bytes += chunk.length;
        progress(`fetching ${uri}, ${Math.floor(bytes / (1 << 20))} MiB`);
        yield chunk;
      }
    };
    await pipeline(Readable.fromWeb(response.body), count, createWriteStream(target), { signal: either });
  } finally {
    clearTimeout(timer);
  }
};

const failed = (uri: string, error: unknown): Error => {
  if (error instanceof EngineError) return error;
  return new EngineError(
    'engine-artifact-failed',
    `${uri} could not be fetched: ${reasonOf(error)}`,
    'check the address and the network',
    {
      cause: error,
    },
  );
};

/** The global fetch hides the reason in the cause. */
const reasonOf = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error ? textOf(error.cause) : textOf(error);

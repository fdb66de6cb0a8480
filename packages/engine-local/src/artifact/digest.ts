/** Checksums of artifacts. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '../error.ts';

export type Checksum = { readonly algorithm: 'sha256' | 'sha512'; readonly hex: string };

/** Throws `engine-checksum-malformed` for anything but `sha256:<64 digits>` and `sha512:<128 digits>`. */
export const parseChecksum = (text: string): Checksum => {
  const [, algorithm, hex] = /^(sha256|sha512):([0-9a-fA-F]+)$/.exec(text.trim()) ?? [];
  const length = algorithm === 'sha256' ? 64 : 128;
  if (hex?.length !== length || (algorithm !== 'sha256' && algorithm !== 'sha512')) {
    throw new EngineError(
      'engine-checksum-malformed',
      `"${text}" is not a checksum`,
      'give sha256:... or sha512:... in hexadecimal',
    );
  }
  return { algorithm, hex: hex.toLowerCase() };
};

/**
 * `sha256:...` of a file, or, for a directory, of the lines `<path> <sha256 of the file>` of its files in byte order.
 *
 * @example
 * await digestOf('kafka.tgz'); // 'sha256:6f0d...'
 */
export const digestOf = async (path: string, algorithm: Checksum['algorithm'] = 'sha256'): Promise<string> => {
  const hash = createHash(algorithm);
  if ((await stat(path)).isDirectory()) {
    for (const name of await filesBelow(path, ''))
      hash.update(`${name} ${await hashFile(join(path, name), 'sha256')}\n`);
    return `${algorithm}:${hash.digest('hex')}`;
  }
  return `${algorithm}:${await hashFile(path, algorithm)}`;
};

const hashFile = async (path: string, algorithm: Checksum['algorithm']): Promise<string> => {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

const filesBelow = async (root: string, folder: string): Promise<readonly string[]> => {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const names: string[] = [];
  for (const entry of entries) {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) names.push(...(await filesBelow(root, name)));
    else names.push(name);
  }
  return names.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
};

import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { writeWholeFile } from '../whole-file.ts';

const KEY_BYTES = 32;

/** The key that secrets are encrypted with, made for the first of them: lost, they are lost with it. */
export function readOrMakeKey(file: string): Buffer {
  if (!existsSync(file)) writeWholeFile(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
  return readKey(file);
}

export function readKey(file: string): Buffer {
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  if (key.length !== KEY_BYTES) throw new Error(`${file} holds no key of ${KEY_BYTES} bytes`);
  chmodSync(file, 0o600);
  return key;
}

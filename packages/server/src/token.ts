import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { writeWholeFile } from './whole-file.ts';

/** The token of a home, made once: whoever can read the file may do everything. */
export function readOrMakeToken(path: string): string {
  const kept = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  if (kept !== '') {
    chmodSync(path, 0o600);
    return kept;
  }
  const token = randomBytes(32).toString('base64url');
  writeWholeFile(path, `${token}\n`);
  return token;
}

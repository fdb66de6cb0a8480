/** TypeScript that a test has written, with the compiler options of the checkout. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';

const checkout = join(import.meta.dirname, '../../../..');

/** Compiles the source, which must be right, then runs it: what it exports. */
export const compiled = async <T>(t: TestContext, source: string): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'warder-compile-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'source.ts');
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  writeFileSync(file, source);
  const compilerOptions = { typeRoots: [join(checkout, 'node_modules/@types')] };
  const config = { extends: join(checkout, 'tsconfig.json'), compilerOptions, include: [file] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  try {
    execFileSync(join(checkout, 'node_modules/.bin/tsc'), ['-p', folder, '--noEmit'], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (error) {
    assert.fail(error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error));
  }
  // The compiler has seen what it exports.
  return (await import(pathToFileURL(file).href)) as T;
};

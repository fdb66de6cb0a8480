/** Why a test cannot run on this machine; it is printed with the skip. */
import { spawnSync } from 'node:child_process';

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

export function needs(...what: readonly ('root' | 'runc' | 'java' | 'javac' | 'mvn' | 'ip')[]): string | false {
  const missing = what.filter((one) => (one === 'root' ? process.getuid?.() !== 0 : !has(one)));
  return missing.length === 0 ? false : `needs ${missing.join(', ')}`;
}

/** What takes minutes more than `npm test` has. */
export const onlyFull: string | false =
  process.env['WARDER_TEST_FULL'] === '1' ? false : 'takes minutes more: npm run test:long';

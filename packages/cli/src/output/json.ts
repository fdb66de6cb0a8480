import type { Terminal } from './terminal.ts';

/** The answer of the API as it is, readable. */
export function printJson(out: Terminal, value: unknown): void {
  out.line(JSON.stringify(value, null, 2));
}

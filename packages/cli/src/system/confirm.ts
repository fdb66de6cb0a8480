/** Questions on a terminal. */
import { createInterface } from 'node:readline/promises';
import type { Context } from '../command.ts';

/** Yes unless the answer says no. */
export async function confirm(context: Context, question: string): Promise<boolean> {
  const answer = await askLine(context, `${question} [Y/n] `);
  return !/^n/i.test(answer);
}

/** What was typed; rejects with an AbortError on Ctrl-C. */
export async function askLine({ input, signal }: Context, question: string): Promise<string> {
  using lines = createInterface({ input, output: process.stderr });
  return (await lines.question(question, { signal })).trim();
}

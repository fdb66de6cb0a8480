import type { Waiting } from '../api/answers.ts';
import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes, withHints } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { duration } from '../output/time.ts';

export const why: ServiceCommand = {
  options: [jsonOption],
  run: async (input, { api, out, path, hint }) => {
    const waiting = await api().get<readonly Waiting[]>(path('/debug/why'));
    if (input.json) printJson(out, waiting);
    else if (waiting.length === 0) out.line('Nothing waits.');
    else for (const line of whyLines(waiting, Date.now(), hint)) out.line(line);
    return exitCodes.ok;
  },
};

export function whyLines(
  waiting: readonly Waiting[],
  nowMs: number,
  hint: (words: string) => string,
): readonly string[] {
  return waiting.flatMap(({ what, reason, sinceMs, next, eta }) => [
    `${what}: ${reason}${sinceMs === undefined ? '' : ` (for ${duration(nowMs - sinceMs)})`}`,
    ...(next === undefined ? [] : [`  next: ${withHints(next, hint)}`]),
    ...(eta === undefined ? [] : [`  its run takes about ${duration(eta.ms)} from when it goes on`]),
  ]);
}

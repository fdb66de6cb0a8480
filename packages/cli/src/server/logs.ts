import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonOption, type Command, type Context } from '../command.ts';
import { CliError, exitCodes } from '../exit.ts';
import { logLine } from './log-line.ts';
import { sleep } from './process.ts';

const tailBytes = 64 << 10;
const followMs = 250;

export const logs: Command = {
  options: [{ flags: '-f, --follow', summary: 'go on with what comes, until Ctrl-C' }, jsonOption],
  details: 'Works without a server too. --json prints the lines as they were written.',
  run: async (input, context) => {
    const file = join(context.home, 'logs', 'server.log');
    if (!existsSync(file)) {
      throw new CliError('log-missing', `there is no ${file}`, {
        exit: exitCodes.missing,
        next: context.hint('server start'),
      });
    }
    const show = (line: string): void => context.out.line(input.json ? line : logLine(line, context.out.paint));
    await readLines(file, input.flag('follow'), context, show);
    return exitCodes.ok;
  },
};

async function readLines(
  file: string,
  follow: boolean,
  { signal }: Context,
  show: (line: string) => void,
): Promise<void> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  let position = Math.max(0, size - tailBytes);
  // The first line of a tail is cut: what stands before the first newline is not shown.
  let rest: string | undefined = position === 0 ? '' : undefined;
  const decoder = new TextDecoder();
  const buffer = Buffer.alloc(tailBytes);
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    position += bytesRead;
    if (bytesRead > 0) {
      const lines = ((rest ?? '') + decoder.decode(buffer.subarray(0, bytesRead), { stream: true })).split('\n');
      const whole = rest === undefined ? lines.slice(1, -1) : lines.slice(0, -1);
      rest = lines.at(-1) ?? '';
      for (const line of whole) show(line);
    } else if (!follow || signal.aborted) return;
    else await sleep(followMs);
  }
}

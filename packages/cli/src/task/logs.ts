import type { ServiceCommand } from '../command.ts';
import { exitCodes, usageError } from '../exit.ts';
import { taskArg, taskPath } from './path.ts';

export const logs: ServiceCommand = {
  args: [taskArg],
  options: [
    { flags: '-f, --follow', summary: 'go on with what comes, until Ctrl-C' },
    { flags: '--stderr', summary: 'the standard error and not the standard output' },
    { flags: '--tail <bytes>', summary: 'how much of the end to begin with', default: '65536' },
  ],
  run: async (input, context) => {
    const tail = Number(input.text('tail'));
    if (!Number.isSafeInteger(tail) || tail < 0) throw usageError('--tail needs a number of bytes');
    const query = {
      stream: input.flag('stderr') ? 'stderr' : 'stdout',
      tail,
      follow: input.flag('follow') ? true : undefined,
    };
    const decoder = new TextDecoder();
    const path = taskPath(context, input.arg('task'), '/logs');
    for await (const chunk of context.api().stream(path, query, context.signal)) {
      context.out.write(decoder.decode(chunk, { stream: true }));
    }
    return exitCodes.ok;
  },
};

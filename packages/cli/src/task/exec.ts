import type { ExecAnswer } from '../api/answers.ts';
import type { ServiceCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { taskArg, taskPath } from './path.ts';

/** The connection outlives the command's own time limit, so that its answer arrives. */
const answerSlackMs = 15_000;

export const exec: ServiceCommand = {
  args: [taskArg, { name: 'command', summary: 'the command and its arguments', variadic: true }],
  options: [
    { flags: '-i, --stdin', summary: 'hand over the standard input, read to its end' },
    { flags: '--timeout <seconds>', summary: 'end the command after this time', default: '60' },
  ],
  passThrough: true,
  details: `The exit code is the command's.

Example:
  warder kafka task exec kafka-0-server -- ps aux`,
  run: async (input, context) => {
    const timeoutMs = Number(input.text('timeout')) * 1000;
    if (!Number.isFinite(timeoutMs) || timeoutMs <= 0) throw usageError('--timeout needs a number of seconds');
    const answer = await context.api().send<ExecAnswer>('POST', taskPath(context, input.arg('task'), '/exec'), {
      body: {
        command: input.rest('command'),
        timeoutMs,
        ...(input.flag('stdin') ? { stdin: await readAll(context.input) } : {}),
      },
      timeoutMs: timeoutMs + answerSlackMs,
    });
    context.out.write(answer.stdout);
    context.err.write(answer.stderr);
    return answer.exitCode;
  },
};

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

import { spawn } from 'node:child_process';
import type { Command, Context } from '../command.ts';
import { exitCodes, usageError } from '../exit.ts';
import { findServer, serverArguments, startServer, type RunningServer, type StartOptions } from './process.ts';

export const start: Command = {
  options: [
    { flags: '--agents <number>', summary: 'split this machine into so many agents (default: as it was, or 1)' },
    { flags: '--foreground', summary: 'stay in the foreground and log to the terminal' },
  ],
  details: 'Prints where it listens. A server that already runs is left as it is. Tasks outlive the server.',
  run: async (input, context) => {
    const agents = input.text('agents');
    if (agents !== undefined && !/^[1-9]\d?$/.test(agents))
      throw usageError('--agents needs a number from 1 to 99', 'warder server start --help');
    const running = await findServer(context.home, context.env);
    if (running !== undefined) {
      context.out.line(`already running: ${place(running)}`);
      return exitCodes.ok;
    }
    if (input.flag('foreground')) return inForeground(context, { agents });
    context.out.line(`running: ${place(await startServer(context, { agents }))}`);
    return exitCodes.ok;
  },
};

function place({ server }: RunningServer): string {
  return `${server.url} (process ${server.pid}, home ${server.home})`;
}

function inForeground({ home, env }: Context, options: StartOptions): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  // Ctrl-C goes to the whole foreground group: the server gets its own and ends in order; we wait for it.
  process.removeAllListeners('SIGINT');
  process.on('SIGINT', () => undefined);
  const child = spawn(process.execPath, serverArguments(home, options), { stdio: 'inherit', env });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', reject);
  child.on('exit', (code) => resolve(code ?? exitCodes.failed));
  return promise;
}

import type { Command } from '../command.ts';
import { CliError, exitCodes } from '../exit.ts';
import { findServer, isAlive, sleep } from './process.ts';

const stopMs = 30_000;
const lookMs = 50;

export const stop: Command = {
  details: 'Tasks go on without it; the next server takes them up again. Not running is no error.',
  run: async (_input, { home, env, out, hint }) => {
    const running = await findServer(home, env);
    if (running === undefined) {
      out.line('not running');
      return exitCodes.ok;
    }
    const { api, server } = running;
    await api.send('POST', '/v1/server/stop');
    const giveUpMs = Date.now() + stopMs;
    while (isAlive(server.pid)) {
      if (Date.now() > giveUpMs) {
        throw new CliError('server-stop-slow', `the server (process ${server.pid}) has not ended within ${stopMs} ms`, {
          next: hint('server logs'),
        });
      }
      await sleep(lookMs);
    }
    out.line('stopped; tasks go on');
    return exitCodes.ok;
  },
};

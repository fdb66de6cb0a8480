import { jsonOption, type Command } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { byteSize, duration } from '../output/time.ts';
import { findServer } from './process.ts';

export const status: Command = {
  options: [jsonOption],
  details: 'The exit code is 3 when it does not run.',
  run: async (input, { home, env, out }) => {
    const running = await findServer(home, env);
    if (running === undefined) {
      if (input.json) printJson(out, { running: false, home });
      else out.line(`not running (home ${home})`);
      return exitCodes.missing;
    }
    const { server } = running;
    if (input.json) {
      printJson(out, server);
      return exitCodes.ok;
    }
    const isolation = server.engine.capabilities.isolation ?? [];
    out.line(`${out.paint('green', 'running')} for ${duration(Date.now() - server.startedMs)}`);
    const facts: readonly (readonly [string, string])[] = [
      ['url', server.url],
      ['home', server.home],
      ['process', String(server.pid)],
      ['version', server.version],
      ['memory', byteSize(server.memory.rssBytes)],
      ['engine', server.engine.kind],
      ['tasks are', isolation.length === 0 ? 'not jailed: plain processes' : `jailed: ${isolation.join(', ')}`],
      ['services', server.services.join(', ') || 'none'],
    ];
    for (const [name, value] of facts) out.line(`  ${name.padEnd(9)}  ${value}`);
    return exitCodes.ok;
  },
};

import type { Command } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { secretPath } from './answer.ts';

export const remove: Command = {
  args: [{ name: 'secret', summary: 'see `secret list`' }],
  options: [{ flags: '--force', summary: 'also when services name it: what is launched next of them waits for it' }],
  run: async (input, { api, out }) => {
    const query = input.flag('force') ? { force: true } : {};
    const answer = await api().send<{ readonly message: string }>('DELETE', secretPath(input.arg('secret')), { query });
    out.line(answer.message);
    return exitCodes.ok;
  },
};

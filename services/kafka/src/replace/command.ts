import type { CommandInput, StartingCommand } from '@warder/sdk';

const id = { name: 'id', summary: 'the id of the broker' };
const throttle = { flags: '--throttle <rate>', summary: 'bytes a second that it copies: 50M; none' };

const asked = ({ args, options }: CommandInput, names: readonly string[]): Readonly<Record<string, string>> => ({
  broker: args[0] ?? '',
  ...Object.fromEntries(names.flatMap((name) => (typeof options[name] === 'string' ? [[name, options[name]]] : []))),
});

/** `warder kafka broker replace 1 --throttle 50M --dry-run`. */
const replace: StartingCommand = {
  path: ['broker', 'replace'],
  summary: 'start a broker empty, with its id; it catches up under a throttle',
  args: [id],
  options: [throttle],
  start: (input) => ({ plan: 'replace-broker', params: asked(input, ['throttle']) }),
};

/** `warder kafka broker move 1 --to agent-3`. */
const move: StartingCommand = {
  path: ['broker', 'move'],
  summary: 'start a broker empty on another agent, with its id; it catches up under a throttle',
  args: [id],
  options: [{ flags: '--to <agent>', summary: 'which one (default: any other that has room)' }, throttle],
  start: (input) => ({ plan: 'move-broker', params: asked(input, ['to', 'throttle']) }),
};

export const replaceCommands: readonly StartingCommand[] = [replace, move];

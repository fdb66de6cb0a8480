import type { CommandInput, PackageCommand, StartingCommand } from '@warder/sdk';

const pace = [
  { flags: '--throttle <rate>', summary: 'bytes a second that each broker takes and gives: 50M; none' },
  { flags: '--copies <n>', summary: 'copies that a broker takes, and gives, at a time (default: 5)' },
  { flags: '--moves <n>', summary: 'partitions moved at a time (default: 1000)' },
];

const given = ({ options }: CommandInput, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.flatMap((name) => (typeof options[name] === 'string' ? [[name, options[name]]] : [])));

/** `warder kafka broker decommission 3 --dry-run`. */
const decommission: StartingCommand = {
  path: ['broker', 'decommission'],
  summary: 'move everything away from a broker, stop it for good, and free its place and volumes',
  args: [{ name: 'id', summary: 'the id of the broker' }],
  options: pace,
  start: (input) => ({
    plan: 'decommission-broker',
    params: { broker: input.args[0] ?? '', ...given(input, ['throttle', 'copies', 'moves']) },
  }),
};

/** `warder kafka scale --brokers 5 --rebalance`. */
const scale: StartingCommand = {
  path: ['scale'],
  summary: 'change how many brokers there are: the last ones are emptied before they go',
  args: [],
  options: [
    { flags: '--brokers <n>', summary: 'how many there are to be' },
    { flags: '--rebalance', summary: 'new ones are given their share at once' },
    ...pace,
  ],
  start: (input) => ({
    plan: 'scale',
    params: {
      ...given(input, ['brokers', 'throttle', 'copies', 'moves']),
      ...(input.options['rebalance'] === true ? { rebalance: 'true' } : {}),
    },
  }),
};

export const decommissionCommands: readonly PackageCommand[] = [decommission, scale];

import type { CommandInput, PackageCommand, StartingCommand } from '@warder/sdk';

const texts = ['brokers', 'empty', 'band', 'throttle', 'copies', 'moves'] as const;

const given = ({ options }: CommandInput): Readonly<Record<string, string>> =>
  Object.fromEntries(texts.flatMap((name) => (typeof options[name] === 'string' ? [[name, options[name]]] : [])));

/** `warder kafka rebalance --dry-run`. */
const rebalance: StartingCommand = {
  path: ['rebalance'],
  summary: 'move partitions so that brokers are loaded alike',
  args: [],
  options: [
    { flags: '--brokers <ids>', summary: 'only to these brokers, until they have their share: 3,4' },
    { flags: '--empty <ids>', summary: 'everything away from these brokers' },
    { flags: '--repair-racks', summary: 'only what is in the wrong rack' },
    { flags: '--band <percent>', summary: 'how far from its share a broker may be (default: 10)' },
    { flags: '--throttle <rate>', summary: 'bytes a second that each broker takes and gives: 50M; none' },
    { flags: '--copies <n>', summary: 'copies that a broker takes, and gives, at a time (default: 5)' },
    { flags: '--moves <n>', summary: 'partitions moved at a time (default: 1000)' },
  ],
  start: (input) => ({
    plan: 'rebalance',
    params: { ...given(input), ...(input.options['repairRacks'] === true ? { repair_racks: 'true' } : {}) },
  }),
};

const throttle: PackageCommand = {
  path: ['rebalance', 'throttle'],
  summary: 'change the throttle of moves that are under way; `none` takes every throttle of replication away',
  args: [{ name: 'rate', summary: 'bytes a second: 50M, 1.5G; none' }],
  options: [],
  request: ({ args }) => ({ method: 'PUT', path: '/rebalance/throttle', query: { rate: args[0] ?? '' } }),
  render: (answer) => (answer as { readonly message: string }).message,
};

export const rebalanceCommands: readonly PackageCommand[] = [rebalance, throttle];

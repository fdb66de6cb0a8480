/** `warder kafka disk ...`. */
import type { CommandInput, PackageCommand, StartingCommand } from '@warder/sdk';
import { few } from '../cluster/words.ts';
import { bytes, table } from '../table.ts';
import { band } from './even.ts';
import { percent } from './plan.ts';
import type { DiskList } from './route.ts';

const list: PackageCommand = {
  path: ['disk', 'list'],
  summary: 'the log dirs of each broker, and what is on them',
  args: [{ name: 'broker', summary: 'the id of one broker', optional: true }],
  options: [],
  request: ({ args }) => ({
    method: 'GET',
    path: '/disks',
    ...(args[0] === undefined ? {} : { query: { broker: args[0] } }),
  }),
  render: (answer) => {
    const { brokers, silent } = answer as DiskList;
    const rows = brokers.flatMap(({ id, dirs }) =>
      dirs.map((dir) => [
        id,
        dir.volume,
        dir.error === null ? (dir.cordoned ? 'cordoned' : 'ok') : `failed: ${dir.error}`,
        bytes(dir.totalBytes),
        bytes(dir.usableBytes),
        dir.replicas,
        bytes(dir.sizeBytes),
        dir.coming.map((each) => `${each.replica} (${bytes(each.sizeBytes)}, ${each.lag} records to go)`).join(', '),
        dir.path,
      ]),
    );
    const head = ['broker', 'disk', 'state', 'size', 'free', 'replicas', 'records', 'on their way', 'log dir'];
    return [...(rows.length === 0 ? [] : [table(head, rows)]), ...notes({ brokers, silent })].join('\n');
  },
};

const notes = ({ brokers, silent }: DiskList): readonly string[] => [
  ...brokers.flatMap(({ id, dirs, spread, offline }) => [
    ...(dirs.length > 1 && spread > band
      ? [`broker ${id}: the log dir furthest from its share of the records is ${percent(spread)} off (disk rebalance)`]
      : []),
    ...(offline.length === 0 ? [] : [`broker ${id}: ${offline.length} replicas offline: ${few(offline)}`]),
  ]),
  ...silent.map(({ id, why }) => `broker ${id} does not tell: ${why}`),
];

const throttle = {
  flags: '--throttle <rate>',
  summary: 'bytes a second that each broker copies at most: 50M; none',
  default: '50M',
};

const textOption = ({ options }: CommandInput, name: string): Readonly<Record<string, string>> =>
  typeof options[name] === 'string' ? { [name]: options[name] } : {};

const move: StartingCommand = {
  path: ['disk', 'move'],
  summary: 'move a replica to another log dir of its broker',
  args: [],
  options: [
    { flags: '--broker <id>', summary: 'which broker' },
    { flags: '--topic <name>', summary: 'which topic' },
    { flags: '--partition <n>', summary: 'which partition of it' },
    { flags: '--to <dir>', summary: 'the disk (kafka-data-1), or the path of the log dir' },
    throttle,
  ],
  start: (input) => ({
    plan: 'disks',
    params: Object.assign(
      { topic: '', partition: '', to: '' },
      ...['broker', 'topic', 'partition', 'to', 'throttle'].map((name) => textOption(input, name)),
    ) as Readonly<Record<string, string>>,
  }),
};

const rebalance: StartingCommand = {
  path: ['disk', 'rebalance'],
  summary: 'move replicas between the log dirs of each broker, so that these are filled alike',
  args: [{ name: 'broker', summary: 'the id of one broker', optional: true }],
  options: [throttle],
  start: (input) => ({
    plan: 'disks',
    params: {
      ...(input.args[0] === undefined ? {} : { broker: input.args[0] }),
      ...textOption(input, 'throttle'),
    },
  }),
};

export const diskCommands: readonly PackageCommand[] = [list, move, rebalance];

/** @module `warder kafka topic ...` and `warder kafka broker ...`: which request each makes, and how the answer reads. */
import type { CommandInput, PackageCommand } from '@warder/sdk';
import { groupCommands } from './group/command.ts';
import { decommissionCommands } from './decommission/command.ts';
import { diskCommands } from './disk/command.ts';
import { leaderCommands } from './leader/command.ts';
import { migrateCommand } from './migrate/command.ts';
import { quotaCommands } from './quota/command.ts';
import type { BrokerDetail, BrokerSummary } from './route/broker.ts';
import type { ProducerTest } from './route/producer-test.ts';
import type { PartitionList } from './route/topic-health.ts';
import type { Offsets } from './route/topic-offsets.ts';
import type { Done, PartitionDetail, TopicDetail } from './route/topic.ts';
import { settingCommands } from './setting/command.ts';
import { bytes, table } from './table.ts';
import { rebalanceCommands } from './rebalance/command.ts';
import { replaceCommands } from './replace/command.ts';
import { applyCommand } from './topics-file/command.ts';
import { upgradeCommand } from './upgrade/command.ts';

const topicArg = { name: 'topic', summary: 'the name of the topic' };

const topicPath = ({ args }: CommandInput, below = ''): string =>
  `/topics/${encodeURIComponent(args[0] ?? '')}${below}`;

const done = (answer: unknown): string => (answer as Done).message;

const given = (input: CommandInput, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    names.flatMap((name) => (typeof input.options[name] === 'string' ? [[name, input.options[name]]] : [])),
  );

const ids = (numbers: readonly number[]): string => numbers.join(',') || '-';

const create: PackageCommand = {
  path: ['topic', 'create'],
  summary: 'create a topic',
  args: [topicArg],
  options: [
    { flags: '-p, --partitions <n>', summary: 'how many partitions (default: kafka.num_partitions)' },
    { flags: '-r, --replication <n>', summary: 'copies of each (default: kafka.default_replication_factor)' },
  ],
  request: (input) => ({ method: 'PUT', path: topicPath(input), query: given(input, ['partitions', 'replication']) }),
  render: done,
};

const list: PackageCommand = {
  path: ['topic', 'list'],
  summary: 'names of all topics',
  args: [],
  options: [],
  request: () => ({ method: 'GET', path: '/topics' }),
  render: (answer) => (answer as readonly string[]).join('\n') || 'no topics',
};

const describe: PackageCommand = {
  path: ['topic', 'describe'],
  summary: 'partitions and settings of a topic',
  args: [topicArg],
  options: [],
  request: (input) => ({ method: 'GET', path: topicPath(input) }),
  render: (answer) => {
    const topic = answer as TopicDetail;
    const rows = topic.partitions.flatMap((entry) => Object.entries(entry)).map(partitionRow);
    const configs = Object.entries(topic.configs).map(([key, value]) => `${key}=${value ?? ''}`);
    const settings = configs.length === 0 ? 'settings of its own: none' : `settings of its own: ${configs.join(', ')}`;
    return `${table(['partition', 'leader', 'replicas', 'in sync', ''], rows)}\n${settings}`;
  },
};

const partitionRow = ([index, each]: [string, PartitionDetail]): readonly (string | number)[] => {
  const behind = each.replicas.filter((id) => !each.isr.includes(id));
  const note = each.leader < 0 ? 'offline' : behind.length > 0 ? `not in sync: ${ids(behind)}` : '';
  return [Number(index), each.leader < 0 ? 'none' : String(each.leader), ids(each.replicas), ids(each.isr), note];
};

const remove: PackageCommand = {
  path: ['topic', 'delete'],
  summary: 'delete a topic and its records',
  args: [topicArg],
  options: [],
  request: (input) => ({ method: 'DELETE', path: topicPath(input) }),
  render: done,
};

const config: PackageCommand = {
  path: ['topic', 'config'],
  summary: 'change a setting of a topic (key=value), or take it away (--unset key)',
  args: [topicArg, { name: 'key=value', summary: 'the setting', optional: true }],
  options: [{ flags: '--unset <key>', summary: 'the default of the cluster counts again' }],
  request: (input) => {
    const { unset } = input.options;
    return typeof unset === 'string'
      ? { method: 'DELETE', path: topicPath(input, `/operation/config/${encodeURIComponent(unset)}`) }
      : { method: 'PUT', path: topicPath(input, '/operation/config'), query: { value: input.args[1] ?? '' } };
  },
  render: done,
};

const partitions: PackageCommand = {
  path: ['topic', 'partitions'],
  summary: 'give a topic more partitions',
  args: [topicArg, { name: 'count', summary: 'how many it shall have then' }],
  options: [],
  request: (input) => ({
    method: 'PUT',
    path: topicPath(input, '/operation/partitions'),
    query: { partitions: input.args[1] ?? '' },
  }),
  render: done,
};

const offsets: PackageCommand = {
  path: ['topic', 'offsets'],
  summary: 'the offset of each partition',
  args: [topicArg],
  options: [{ flags: '--time <when>', summary: 'last, first, or milliseconds since 1970', default: 'last' }],
  request: (input) => ({ method: 'GET', path: topicPath(input, '/offsets'), query: given(input, ['time']) }),
  render: (answer) => {
    const rows = (answer as Offsets).flatMap((each) => Object.entries(each));
    const texts = rows.map(([partition, offset]) => [Number(partition), offset === '-1' ? 'none' : offset] as const);
    return table(['partition', 'offset'], texts);
  },
};

const health = (verb: string, path: string, summary: string, none: string): PackageCommand => ({
  path: ['topic', verb],
  summary,
  args: [],
  options: [],
  request: () => ({ method: 'GET', path }),
  render: (answer) => {
    const rows = (answer as PartitionList).partitions.map((each) => [
      each.topic,
      each.partition,
      each.leader < 0 ? 'none' : String(each.leader),
      ids(each.replicas),
      ids(each.isr),
    ]);
    return rows.length === 0 ? none : table(['topic', 'partition', 'leader', 'replicas', 'in sync'], rows);
  },
});

const producerTest: PackageCommand = {
  path: ['topic', 'producer-test'],
  summary: 'write records of 1 KiB with acks=all, and say how fast that went',
  args: [topicArg, { name: 'messages', summary: 'how many (default: 10)', optional: true }],
  options: [],
  request: (input) => ({
    method: 'PUT',
    path: topicPath(input, '/operation/producer-test'),
    ...(input.args[1] === undefined ? {} : { query: { messages: input.args[1] } }),
  }),
  render: (answer) => {
    const { message, latencyMs } = answer as ProducerTest;
    return `${message}\nlatency of a batch: median ${latencyMs.median} ms, p99 ${latencyMs.p99} ms, max ${latencyMs.max} ms`;
  },
};

const brokerList: PackageCommand = {
  path: ['broker', 'list'],
  summary: 'the registered brokers',
  args: [],
  options: [],
  request: () => ({ method: 'GET', path: '/brokers', query: { detail: 'true' } }),
  render: (answer) => {
    const rows = (answer as readonly BrokerSummary[]).map((each) => [
      each.id,
      `${each.host}:${each.port}`,
      stateOf(each),
      each.leaders,
      each.replicas,
    ]);
    return rows.length === 0 ? 'no brokers' : table(['broker', 'address', 'state', 'leads', 'replicas'], rows);
  },
};

const stateOf = (broker: BrokerSummary): string => {
  if (broker.fenced) return 'fenced';
  const behind = broker.outOfSync > 0 ? `not in sync in ${broker.outOfSync}` : 'in sync';
  const state = broker.offline > 0 ? `${behind}, a log dir has failed` : behind;
  return broker.controller ? `${state}, active controller` : state;
};

const brokerGet: PackageCommand = {
  path: ['broker', 'get'],
  summary: 'one broker, with what it keeps on its disks',
  args: [{ name: 'id', summary: 'the id of the broker' }],
  options: [],
  request: ({ args }) => ({ method: 'GET', path: `/brokers/${encodeURIComponent(args[0] ?? '')}` }),
  render: (answer) => {
    const broker = answer as BrokerDetail;
    const lines = [
      ['broker', String(broker.id)],
      ['endpoints', broker.endpoints.join(', ')],
      ['rack', broker.rack ?? 'none'],
      ['state', stateOf(broker)],
      ['partitions', `leads ${broker.leaders}, has ${broker.replicas}`],
      ...broker.logDirs.map((dir) => [
        'disk',
        `${dir.path}: ${bytes(dir.sizeBytes)} of records, ${bytes(dir.usableBytes)} of ${bytes(dir.totalBytes)} free` +
          (dir.error === null ? '' : `, failed: ${dir.error}`),
      ]),
    ];
    return lines.map(([name = '', text = '']) => `${name.padEnd(10)}  ${text}`).join('\n');
  },
};

const commands: readonly PackageCommand[] = [
  create,
  list,
  describe,
  remove,
  config,
  partitions,
  offsets,
  health(
    'under-replicated',
    '/topics/under_replicated_partitions',
    'partitions with too few replicas in sync',
    'every partition has all of its replicas in sync',
  ),
  health(
    'unavailable',
    '/topics/unavailable_partitions',
    'partitions without a leader',
    'every partition has a leader',
  ),
  producerTest,
  brokerList,
  brokerGet,
  applyCommand,
  ...leaderCommands,
  ...groupCommands,
  ...settingCommands,
  ...quotaCommands,
  ...rebalanceCommands,
  ...decommissionCommands,
  ...replaceCommands,
  upgradeCommand,
  migrateCommand,
  ...diskCommands,
];

export default commands;

/** @module `warder zookeeper ensemble` and `warder zookeeper member ...`: requests, and how their answers read. */
import type { PackageCommand } from '@warder/sdk';
import type { EnsembleStatus, MemberDetail, MemberSummary } from './route.ts';
import { table } from './table.ts';

const membersTable = (members: readonly MemberSummary[]): string =>
  table(
    ['member', 'instance', 'address', 'state', 'connections', 'znodes', 'zxid'],
    members.map((each) => [
      each.id,
      each.instance,
      each.address ?? '-',
      each.state,
      each.connections ?? '-',
      each.znodes ?? '-',
      each.zxid ?? '-',
    ]),
  );

const ensemble: PackageCommand = {
  path: ['ensemble', 'status'],
  summary: 'whether the ensemble serves, and who leads',
  args: [],
  options: [],
  request: () => ({ method: 'GET', path: '/ensemble' }),
  render: (answer) => {
    const { serves, leader, inSync, quorum, members, connect } = answer as EnsembleStatus;
    const sum = `${inSync} of ${members.length} members in sync, a quorum takes ${quorum}`;
    const head = serves ? `serves; ${leader} leads; ${sum}` : `does not serve; ${sum}`;
    return `${head}\nclients: ${connect}\n${membersTable(members)}`;
  },
};

const list: PackageCommand = {
  path: ['member', 'list'],
  summary: 'the members of the ensemble',
  args: [],
  options: [],
  request: () => ({ method: 'GET', path: '/members' }),
  render: (answer) => membersTable(answer as readonly MemberSummary[]),
};

const get: PackageCommand = {
  path: ['member', 'get'],
  summary: 'one member, with what it tells of itself',
  args: [{ name: 'id', summary: 'the id of the member: 1 and up' }],
  options: [],
  request: ({ args }) => ({ method: 'GET', path: `/members/${encodeURIComponent(args[0] ?? '')}` }),
  render: (answer) => {
    const member = answer as MemberDetail;
    const lines = [
      ['member', `${member.id} (${member.instance})`],
      ['address', member.address ?? 'none'],
      ['state', member.state],
      ['version', member.version === '' ? 'unknown' : member.version],
      ['zxid', member.zxid ?? 'unknown'],
      ['may stop', `${member.mayStop.open ? 'yes' : 'no'}: ${member.mayStop.reason}`],
      ...shown.flatMap(([key, name]) => {
        const value = member.values[key];
        return value === undefined ? [] : [[name, String(value)]];
      }),
    ];
    return lines.map(([name = '', text = '']) => `${name.padEnd(12)}  ${text}`).join('\n');
  },
};

/** All values are in the JSON. */
const shown: readonly (readonly [string, string])[] = [
  ['znode_count', 'znodes'],
  ['approximate_data_size', 'data bytes'],
  ['num_alive_connections', 'connections'],
  ['outstanding_requests', 'outstanding'],
  ['avg_latency', 'average ms'],
  ['max_latency', 'longest ms'],
  ['synced_followers', 'followers'],
];

const commands: readonly PackageCommand[] = [ensemble, list, get];

export default commands;

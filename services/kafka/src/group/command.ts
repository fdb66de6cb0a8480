/** `warder kafka group ...`. */
import type { CommandInput, PackageCommand } from '@warder/sdk';
import type { Done } from '../route/topic.ts';
import { table } from '../table.ts';
import type { GroupsByBroker } from './look.ts';
import type { Reset } from './reset.ts';
import type { GroupDescription } from './route.ts';

const groupArg = { name: 'group', summary: 'the id of the group' };

const path = ({ args }: CommandInput, below = ''): string => `/groups/${encodeURIComponent(args[0] ?? '')}${below}`;

const list: PackageCommand = {
  path: ['group', 'list'],
  summary: 'the groups of consumers',
  args: [],
  options: [],
  request: () => ({ method: 'GET', path: '/groups' }),
  render: (answer) => {
    const { groups, silent } = answer as GroupsByBroker;
    const rows = groups.map((each) => [each.id, each.type, each.state, `broker ${each.coordinator}`]);
    const lines = [groups.length === 0 ? 'no groups' : table(['group', 'type', 'state', 'coordinator'], rows)];
    for (const { broker, why } of silent) lines.push(`the groups of broker ${broker} are missing: ${why}`);
    return lines.join('\n');
  },
};

const describe: PackageCommand = {
  path: ['group', 'describe'],
  summary: 'members of a group, and how far it is behind, in offsets and in time',
  args: [groupArg],
  options: [],
  request: (input) => ({ method: 'GET', path: path(input) }),
  render: (answer) => {
    const group = answer as GroupDescription;
    const given = group.assignor === '' ? '' : `, partitions given out by ${group.assignor}`;
    const lines = [`group ${group.id} (${group.type}): ${group.state}, at broker ${group.coordinator}${given}`];
    if (group.note !== null) return [...lines, group.note].join('\n');
    const members = group.members.map((each) => [
      each.instanceId ?? each.clientId,
      each.host.replace(/^\//, ''),
      each.assigned.map(({ topic, partitions }) => `${topic}: ${partitions.join(',')}`).join('; ') || 'nothing',
    ]);
    lines.push('', members.length === 0 ? 'no members' : table(['member', 'host', 'reads'], members));
    const rows = group.offsets.map((each) => [
      each.topic,
      each.partition,
      each.committed ?? 'none',
      each.end ?? '?',
      each.lag ?? '?',
      behind(each),
      each.note ?? '',
    ]);
    const head = ['topic', 'partition', 'committed', 'end', 'lag', 'behind', ''];
    lines.push('', rows.length === 0 ? 'no offsets' : table(head, rows));
    return lines.join('\n');
  },
};

const behind = ({ lagSeconds, lagFrom }: GroupDescription['offsets'][number]): string => {
  if (lagSeconds === null) return '?';
  return `${duration(lagSeconds)}${lagFrom === 'batch' ? ' at most' : ''}`;
};

const duration = (seconds: number): string => {
  const part = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m ${part(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h ${part(Math.floor((seconds % 3600) / 60))}m`;
};

const remove: PackageCommand = {
  path: ['group', 'delete'],
  summary: 'delete a group without members, and its offsets',
  args: [groupArg],
  options: [],
  request: (input) => ({ method: 'DELETE', path: path(input) }),
  render: (answer) => (answer as Done).message,
};

const reset: PackageCommand = {
  path: ['group', 'reset-offsets'],
  summary: 'set the offsets of a group without members',
  args: [groupArg],
  options: [
    { flags: '--topic <topic>', summary: 'whose offsets' },
    { flags: '--to <where>', summary: 'earliest, latest, an offset (1234), or a time (2026-01-31T12:00:00Z)' },
    { flags: '--partition <n>', summary: 'only this one' },
    { flags: '--dry-run', summary: 'only show the offsets before and after' },
  ],
  request: (input) => {
    const { topic, to, partition, dryRun } = input.options;
    const query: Record<string, string> = {};
    if (typeof topic === 'string') query['topic'] = topic;
    if (typeof to === 'string') query['to'] = to;
    if (typeof partition === 'string') query['partition'] = partition;
    if (dryRun === true) query['dryRun'] = 'true';
    return { method: 'PUT', path: path(input, '/operation/reset-offsets'), query };
  },
  render: (answer) => {
    const { offsets, message } = answer as Reset;
    const rows = offsets.map((each) => [each.partition, each.before ?? 'none', each.after, each.note ?? '']);
    return `${table(['partition', 'before', 'after', ''], rows)}\n${message}`;
  },
};

export const groupCommands: readonly PackageCommand[] = [list, describe, remove, reset];

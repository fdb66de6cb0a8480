/** `warder kafka topic elect-leaders` and `warder kafka broker demote`. */
import type { PackageCommand } from '@warder/sdk';
import { table } from '../table.ts';
import type { Demotion } from './demote.ts';
import type { Election } from './elect.ts';

const leader = (id: number | null): string => (id === null ? 'none' : String(id));

const elect: PackageCommand = {
  path: ['topic', 'elect-leaders'],
  summary: 'give leadership back to the preferred leaders',
  args: [],
  options: [
    { flags: '--topic <topic>', summary: 'of this one alone' },
    { flags: '--partition <n>', summary: 'of this one alone' },
    {
      flags: '--unclean-may-lose-records',
      summary: 'where nobody leads: let a replica lead that is not in sync; what it lacks is lost',
    },
  ],
  request: ({ options: { topic, partition, uncleanMayLoseRecords } }) => ({
    method: 'PUT',
    path: '/topics/operation/elect-leaders',
    query: {
      ...(typeof topic === 'string' ? { topic } : {}),
      ...(typeof partition === 'string' ? { partition } : {}),
      ...(uncleanMayLoseRecords === true ? { unclean: 'may-lose-records' } : {}),
    },
  }),
  render: (answer) => {
    const { message, elected, refused } = answer as Election;
    const rows = [
      ...elected.map((each) => [each.topic, each.partition, `${leader(each.from)} -> ${leader(each.to)}`]),
      ...refused.map((each) => [each.topic, each.partition, each.why]),
    ];
    return rows.length === 0 ? message : `${table(['topic', 'partition', 'leader'], rows)}\n${message}`;
  },
};

const demote: PackageCommand = {
  path: ['broker', 'demote'],
  summary: 'let others lead what a broker leads; its replicas stay',
  args: [{ name: 'id', summary: 'the id of the broker' }],
  options: [{ flags: '--dry-run', summary: 'only show what would be done' }],
  request: ({ args, options }) => ({
    method: 'PUT',
    path: `/brokers/${encodeURIComponent(args[0] ?? '')}/operation/demote`,
    ...(options['dryRun'] === true ? { query: { dryRun: 'true' } } : {}),
  }),
  render: (answer) => {
    const { message, moved, stays } = answer as Demotion;
    const rows = [
      ...moved.map((each) => [each.topic, each.partition, `${each.before.join(',')} -> ${each.replicas.join(',')}`]),
      ...stays.map((each) => [each.topic, each.partition, `as it is: ${each.why}`]),
    ];
    return rows.length === 0 ? message : `${table(['topic', 'partition', 'replicas'], rows)}\n${message}`;
  },
};

export const leaderCommands: readonly PackageCommand[] = [elect, demote];

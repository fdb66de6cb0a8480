/** `warder kafka quota ...`. */
import type { CommandInput, PackageCommand } from '@warder/sdk';
import type { Quota } from '../client/api/client-quotas.ts';
import type { Done } from '../route/topic.ts';
import { table } from '../table.ts';
import { entityText, limits } from './words.ts';

const done = (answer: unknown): string => (answer as Done).message;

const whom = [
  { flags: '--user <name>', summary: 'of this user' },
  { flags: '--client-id <id>', summary: 'of clients with this id' },
  { flags: '--default-user', summary: 'of every user without one of their own' },
  { flags: '--default-client-id', summary: 'of every client id without one of its own' },
];

const queryOf = ({ options }: CommandInput): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ['user', 'clientId', 'defaultUser', 'defaultClientId', ...Object.keys(limits)].flatMap((name) =>
      options[name] === undefined || options[name] === false ? [] : [[name, String(options[name])]],
    ),
  );

const list: PackageCommand = {
  path: ['quota', 'list'],
  summary: 'limits of users and clients',
  args: [],
  options: [],
  request: () => ({ method: 'GET', path: '/quotas' }),
  render: (answer) => {
    const rows = (answer as readonly Quota[]).map(({ entity, values }) => [
      entityText(entity),
      values.map(({ key, value }) => `${key}=${value}`).join(', '),
    ]);
    return rows.length === 0 ? 'no quotas' : table(['of', 'limits'], rows);
  },
};

const set: PackageCommand = {
  path: ['quota', 'set'],
  summary: 'limit a user, a client id, or one of the other',
  args: [],
  options: [
    ...whom,
    { flags: '--producer-byte-rate <n>', summary: 'bytes per second and broker' },
    { flags: '--consumer-byte-rate <n>', summary: 'bytes per second and broker' },
    { flags: '--request-percentage <n>', summary: 'of the time of one thread of a broker' },
    { flags: '--controller-mutation-rate <n>', summary: 'partitions made or deleted per second' },
  ],
  request: (input) => ({ method: 'PUT', path: '/quotas', query: queryOf(input) }),
  render: done,
};

const remove: PackageCommand = {
  path: ['quota', 'remove'],
  summary: 'take all limits of a user or a client away',
  args: [],
  options: whom,
  request: (input) => ({ method: 'DELETE', path: '/quotas', query: queryOf(input) }),
  render: done,
};

export const quotaCommands: readonly PackageCommand[] = [list, set, remove];

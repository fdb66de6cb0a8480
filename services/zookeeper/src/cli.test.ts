import assert from 'node:assert/strict';
import test from 'node:test';
import type { AskingCommand } from '@warder/sdk';
import commands from './cli.ts';

const asking = commands.filter((each): each is AskingCommand => each.start === undefined);

const run = (path: string, args: readonly string[], answer: unknown): string => {
  const command = asking.find((each) => each.path.join(' ') === path);
  assert.ok(command);
  return command.render(answer, { args, options: {} });
};

const member = {
  id: 1,
  instance: 'server-0',
  address: '10.0.0.1:2181',
  role: 'leader',
  inSync: true,
  state: 'leads',
  zxid: '0x100000002',
  connections: 3,
  znodes: 17,
};

test('the ensemble reads as a sentence, where clients connect, and a table', () => {
  const answer = {
    serves: true,
    leader: 'server-0',
    inSync: 1,
    quorum: 1,
    connect: '10.0.0.1:2181',
    members: [member],
  };
  const [head, clients, columns, row] = run('ensemble status', [], answer).split('\n');
  assert.equal(head, 'serves; server-0 leads; 1 of 1 members in sync, a quorum takes 1');
  assert.equal(clients, 'clients: 10.0.0.1:2181');
  assert.match(columns ?? '', /^member +instance +address +state/);
  assert.match(row ?? '', / 1 +server-0 +10\.0\.0\.1:2181 +leads +3 +17 +0x100000002/);
});

test('one member, with whether it may stop', () => {
  const request = asking.find((each) => each.path.join(' ') === 'member get')?.request({ args: ['1'], options: {} });
  assert.deepEqual(request, { method: 'GET', path: '/members/1' });
  const detail = {
    ...member,
    version: '3.9.5',
    mayStop: { open: false, reason: 'server-1 is away' },
    values: { znode_count: 17 },
  };
  const text = run('member get', ['1'], detail);
  assert.match(text, /may stop +no: server-1 is away/);
  assert.match(text, /znodes +17/);
});

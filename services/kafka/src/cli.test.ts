import assert from 'node:assert/strict';
import test from 'node:test';
import type { AskingCommand, CommandInput } from '@warder/sdk';
import commands from './cli.ts';
import code from './index.ts';
import { bytes, table } from './table.ts';

const asking = commands.filter((each): each is AskingCommand => each.start === undefined);

const command = (path: string): AskingCommand => {
  const found = asking.find((each) => each.path.join(' ') === path);
  assert.ok(found, path);
  return found;
};

const request = (path: string, args: readonly string[], options: CommandInput['options'] = {}) =>
  command(path).request({ args, options });

/** `-p, --max-partitions <n>` is `maxPartitions`. */
const nameOf = (flags: string): string =>
  (/--([a-z-]+)/.exec(flags)?.[1] ?? '').replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

test('every command asks for a route that there is, with a query that it takes', () => {
  const fits = (template: string, path: string): boolean => {
    const parts = path.split('/');
    const wanted = template.split('/');
    return wanted.length === parts.length && wanted.every((part, at) => part.startsWith('{') || part === parts[at]);
  };
  for (const each of asking) {
    const given = each.options.map(({ flags }) => [nameOf(flags), flags.includes('<') ? '1' : true] as const);
    const input = { args: ['a', 'b=1'], options: Object.fromEntries(given) };
    const { method, path, query } = each.request(input);
    const route = code.routes?.find((one) => one.method === method && fits(one.path, path));
    assert.ok(route, `${each.path.join(' ')}: ${method} ${path}`);
    for (const name of Object.keys(query ?? {}))
      assert.ok(name in (route.query ?? {}), `${each.path.join(' ')}: ${name}`);
  }
});

test('names are encoded, and options are asked for only when given', () => {
  assert.deepEqual(request('topic create', ['a b'], { partitions: '3' }), {
    method: 'PUT',
    path: '/topics/a%20b',
    query: { partitions: '3' },
  });
  assert.equal(request('topic config', ['t'], { unset: 'retention.ms' }).method, 'DELETE');
  assert.deepEqual(request('topic config', ['t', 'a=b=c']).query, { value: 'a=b=c' });
  assert.equal(request('topic producer-test', ['t']).query, undefined);
});

test('partitions read as a table, with what is wrong beside them', () => {
  const partition = { leader: 1, leader_epoch: 0, replicas: [1, 2], isr: [1], offline: [] };
  const answer = {
    name: 't',
    internal: false,
    partitions: [{ 0: partition }, { 1: { ...partition, leader: -1, isr: [] } }],
    configs: { 'retention.ms': '5' },
  };
  const text = command('topic describe').render(answer, { args: ['t'], options: {} });
  assert.equal(
    text,
    [
      'partition  leader  replicas  in sync',
      '        0  1       1,2       1        not in sync: 2',
      '        1  none    1,2       -        offline',
      'settings of its own: retention.ms=5',
    ].join('\n'),
  );
});

test('nothing wrong is said in words', () => {
  const nothing = { message: '', partitions: [] };
  const input = { args: [], options: {} };
  assert.equal(command('topic unavailable').render(nothing, input), 'every partition has a leader');
  assert.match(command('topic under-replicated').render(nothing, input), /all of its replicas/);
  assert.equal(command('topic list').render([], input), 'no topics');
});

test('tables and sizes', () => {
  assert.equal(
    table(
      ['a', 'long'],
      [
        ['xyz', 1],
        ['b', 20],
      ],
    ),
    'a    long\nxyz     1\nb      20',
  );
  assert.deepEqual(['0', '1023', '1536', '5368709120', '-1'].map(bytes), ['0 B', '1023 B', '1.5 KiB', '5.0 GiB', '?']);
});

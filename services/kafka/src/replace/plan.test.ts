import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PackageError, type InstanceView, type MadePlanContext } from '@warder/sdk';
import { skeleton } from '../../test/skeleton.ts';
import { catchUpMoves } from './moves.ts';
import { reportOf, reviewOf } from './plan.ts';
import { readMove, readReplace } from './wish.ts';

const contextOf = async (params: Readonly<Record<string, string>>, hostname?: string): Promise<MadePlanContext> => {
  const instance = (index: number): InstanceView => ({
    name: `broker-${index}`,
    pod: 'broker',
    index,
    ports: {},
    tasks: [],
    ...(hostname === undefined ? {} : { hostname }),
  });
  const service = {
    name: 'kafka',
    uid: '0'.repeat(32),
    version: '4.4.0',
    options: {},
    spec: await skeleton({ combined: false, brokers: 2, controllers: 1 }),
    instances: [instance(0), instance(1)],
  };
  return { service, params, signal: new AbortController().signal };
};

const codeOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (error instanceof PackageError) return error.code;
  }
  return 'fine';
};

test('a move avoids the agent where the broker is, or takes the one that is named', async () => {
  assert.deepEqual(readMove(await contextOf({ broker: '1' }, 'agent-0')).where, { notOn: 'agent-0' });
  assert.deepEqual(readMove(await contextOf({ broker: '1', to: 'agent-2' }, 'agent-0')).where, { on: 'agent-2' });
  assert.deepEqual(readReplace(await contextOf({ broker: '1' }, 'agent-0')).where, {});
});

test('what is wrong with what is asked is told', async () => {
  const rows = [
    [await contextOf({ broker: '1', to: 'agent-0' }, 'agent-0'), 'already'],
    [await contextOf({ broker: '1', to: '' }, 'agent-0'), 'param-invalid'],
    [await contextOf({ broker: '7' }, 'agent-0'), 'replace-refused'],
    [await contextOf({ broker: '1' }), 'replace-refused'],
    [await contextOf({ broker: 'one' }, 'agent-0'), 'param-invalid'],
    [await contextOf({ broker: '1', throttle: 'fast' }, 'agent-0'), 'param-invalid'],
  ] as const;
  for (const [context, code] of rows)
    assert.equal(
      codeOf(() => readMove(context)),
      code,
    );
});

test('what it comes to, and a throttle that never lets it catch up, are told before', async () => {
  const wish = readMove(await contextOf({ broker: '1', throttle: '1M' }, 'agent-0'));
  const moves = catchUpMoves([{ topic: 'a', index: 0, replicas: [0, 1] }], 1);
  assert.match(
    reportOf({ wish, moves, bytes: 60_000_000, rate: 1_000_000 }),
    /^broker-1, from agent-0 to another agent: 1 partition of 57\.2 MiB to be copied, 60 s at least at 976\.6 KiB\/s$/,
  );
  const texts = reviewOf({ wish, rate: 1_000_000, needed: { broker: 0, bytesPerSecond: 2_000_000 } });
  assert.equal(texts.length, 2);
  assert.match(
    texts[1] ?? '',
    /too low: 1\.9 MiB\/s is written to what is copied, at broker 0; it would never catch up$/,
  );
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { Writer } from '@platformatic/kafka';
import { fakeBroker } from '../../test/fake-broker.ts';
import { skeleton } from '../../test/skeleton.ts';
import type { LogDir } from '../client/api/describe-log-dirs.ts';
import { evenMoves, oneMove } from './moves.ts';
import { diskPlan, phasesOf, reviewOf } from './plan.ts';
import { readWish } from './wish.ts';

const dir = (path: string, sizes: readonly number[], change: Partial<LogDir> = {}): LogDir => ({
  errorCode: 0,
  path,
  totalBytes: 1_000_000n,
  usableBytes: 900_000n,
  cordoned: false,
  replicas: sizes.map((size, at) => ({
    topic: `t${path.replaceAll('/', '-')}`,
    partition: at,
    sizeBytes: BigInt(size),
    lag: 0n,
    future: false,
  })),
  ...change,
});

const broker = (...dirs: readonly LogDir[]) => ({ id: 3, instance: 'broker-3', dirs, offline: [] });
const many = Array.from({ length: 100 }, () => 1000);
const [full, empty] = ['/s/kafka-data/storage', '/s/kafka-data-1/storage'] as const;

test('parameters: all brokers or one, one replica, a throttle; half of a replica is refused', () => {
  assert.deepEqual(readWish({}), { throttle: 50_000_000 });
  assert.deepEqual(readWish({ broker: '2', throttle: 'none' }), { throttle: undefined, broker: 2 });
  const replica = { broker: '2', topic: 'a', partition: '0', to: 'kafka-data-1', throttle: '1M' };
  assert.deepEqual(readWish(replica), {
    throttle: 1_000_000,
    broker: 2,
    replica: { topic: 'a', partition: 0, to: 'kafka-data-1' },
  });
  const refused = (params: Readonly<Record<string, string>>, message: RegExp): void =>
    assert.throws(() => readWish(params), { code: 'param-invalid', message });
  refused(
    { topic: '', partition: '', to: '' },
    /one replica is to be moved, but broker, topic, partition, to is not given/,
  );
  refused({ ...replica, partition: 'x' }, /partition is "x"/);
  refused({ broker: 'x' }, /broker is "x"/);
  refused({ throttle: 'fast' }, /the throttle is "fast"/);
});

test('replicas move in batches, one broker beside the other, under a throttle that is taken away at any end', () => {
  const moves = evenMoves(broker(dir(full, many), dir(empty, [])));
  assert.equal(moves.moves.length, 45, 'into the band, and no further');
  const phases = phasesOf({ throttle: 1000 }, [moves, { ...moves, broker: 4 }], new Map([[3, '77']]));
  assert.deepEqual(
    phases.map(({ name, after = [], cleanup }) => [name, after.join(), cleanup]),
    [
      ['throttle', '', undefined],
      ['broker-3-1', 'throttle', undefined],
      ['broker-3-2', 'broker-3-1', undefined],
      ['broker-3-3', 'broker-3-2', undefined],
      ['broker-4-1', 'throttle', undefined],
      ['broker-4-2', 'broker-4-1', undefined],
      ['broker-4-3', 'broker-4-2', undefined],
      ['end', 'broker-3-3,broker-4-3', true],
    ],
  );
  const [end] = phases.at(-1)?.steps ?? [];
  assert.ok(end?.kind === 'call');
  const { brokers } = end.args as { readonly brokers: readonly { readonly rate: string | null }[] };
  assert.deepEqual(
    brokers.map(({ rate }) => rate),
    ['77', null],
    'what it was before',
  );
  const names = phasesOf({ throttle: undefined }, [moves], new Map()).map(({ name }) => name);
  assert.deepEqual(names, ['broker-3-1', 'broker-3-2', 'broker-3-3', 'end']);
  const [first] = reviewOf({ throttle: 1000 }, { silent: [] }, [moves]);
  assert.match(
    first ?? '',
    /^broker 3 copies 45 replicas, 43\.9 KiB, at 1000 B\/s: 45 s at least: .* kafka-data -> kafka-data-1.*, and 25 more$/,
  );
});

test('a step does not change when sizes do, as long as the same replicas move', () => {
  const made = (bytes: number): unknown =>
    phasesOf({ throttle: 1000 }, [evenMoves(broker(dir(full, [bytes, bytes + 1]), dir(empty, [])))], new Map());
  assert.deepEqual(made(1000), made(1100));
});

test('failed log dirs neither give nor take, cordoned and full ones take nothing, and a tenth of each is left free', () => {
  const moves = (...dirs: readonly LogDir[]) => evenMoves(broker(...dirs)).moves.length;
  assert.ok(moves(dir(full, many), dir(empty, [])) > 0);
  assert.equal(moves(dir(full, many), dir(empty, [], { errorCode: 56 })), 0);
  assert.equal(moves(dir(full, many), dir(empty, [], { cordoned: true })), 0);
  assert.equal(moves(dir(full, many), dir(empty, [], { usableBytes: 100_999n })), 0);
  assert.equal(moves(dir(full, many), dir(empty, [], { usableBytes: 101_000n })), 1);
});

test('one replica goes where it is told, by the volume or the path; what cannot be says why', () => {
  const disks = broker(dir(full, [1000]), dir(empty, [1]), dir('/s/kafka-data-2/storage', [], { errorCode: 56 }));
  const topic = `t${full.replaceAll('/', '-')}`;
  for (const to of ['kafka-data-1', empty]) {
    const move = oneMove(disks, { topic, partition: 0, to });
    assert.deepEqual(move, { topic, partition: 0, from: full, to: empty, bytes: 1000 });
  }
  const why = (to: string, partition = 0) => JSON.stringify(oneMove(disks, { topic, partition, to }));
  assert.match(why('kafka-data'), /is on kafka-data of broker 3 already/);
  assert.match(why('kafka-data-2'), /the log dir kafka-data-2 of broker 3 has failed/);
  assert.match(why('kafka-data-9'), /no log dir kafka-data-9, it has kafka-data, kafka-data-1, kafka-data-2/);
  assert.match(why('kafka-data-1', 5), /has no replica of .*-5/);
  const cordoned = broker(dir(full, [1000]), dir(empty, [], { cordoned: true }));
  assert.match(
    JSON.stringify(oneMove(cordoned, { topic, partition: 0, to: empty })),
    /kafka-data-1 of broker 3 is cordoned/,
  );
  const small = broker(dir(full, [1000]), dir(empty, [], { usableBytes: 100_500n }));
  assert.match(JSON.stringify(oneMove(small, { topic, partition: 0, to: empty })), /does not fit on kafka-data-1/);
});

const [metadataKey, describeConfigsKey, logDirsKey] = [3, 32, 35];

/** Metadata v4 of a cluster that has nothing. */
const nothing = (): Writer =>
  Writer.create().appendInt32(0).appendInt32(0).appendInt16(-1).appendInt32(1).appendInt32(0);

/** DescribeLogDirs v1: one log dir with so many replicas of 1000 bytes, one that has none. */
const uneven = (replicas: number): Writer => {
  const told = Writer.create().appendInt32(0).appendInt32(2);
  told.appendInt16(0).appendString(full, false).appendInt32(1).appendString('orders', false).appendInt32(replicas);
  for (let partition = 0; partition < replicas; partition += 1)
    told.appendInt32(partition).appendInt64(1000n).appendInt64(0n).appendBoolean(false);
  return told.appendInt16(0).appendString(empty, false).appendInt32(0);
};

test('a broker that goes away while the plan is made cannot be reached, and that is said', async (t) => {
  const once = { min: 1, max: 1 };
  const fake = await fakeBroker({
    offers: { [metadataKey]: { min: 4, max: 4 }, [describeConfigsKey]: once, [logDirsKey]: once },
    answer: ({ key }) => (key === metadataKey ? nothing() : key === logDirsKey ? uneven(10) : 'drop'),
  });
  t.after(() => fake.close());
  const options = { controllers: { combined: false, count: 1 } };
  const spec = await skeleton({ combined: false, brokers: 1, controllers: 1 });
  const instance = {
    name: 'broker-0',
    pod: 'broker',
    index: 0,
    address: '127.0.0.1',
    ports: { client: fake.address.port },
    tasks: [{ id: 't', name: 'server', state: 'RUNNING' as const, ready: true }],
  };
  const service = { name: 'orders', uid: '0'.repeat(32), version: '4.4.0', options, spec, instances: [instance] };
  const making = diskPlan.make({ service, params: {}, signal: new AbortController().signal });
  await assert.rejects(async () => making, { code: 'kafka-unreachable', status: 503, next: /pod status/ });
  assert.ok(fake.seen.includes(`${describeConfigsKey}/1`), fake.seen.join());
});

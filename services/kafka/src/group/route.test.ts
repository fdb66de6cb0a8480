/** What of groups does not need a real Kafka: kinds that are only named, and brokers that do not tell. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { Writer } from '@platformatic/kafka';
import type { InstanceView, PackageRequest } from '@warder/sdk';
import { fakeBroker, type FakeBroker, type FakeReply, type FakeRequest } from '../../test/fake-broker.ts';
import { skeleton } from '../../test/skeleton.ts';
import { groupRoutes } from './route.ts';

const offers = { 3: { min: 4, max: 4 }, 10: { min: 1, max: 1 }, 16: { min: 5, max: 5 } };

/** Brokers 0 and 1, at these ports; groups have a topic for their offsets. */
const answers =
  (ports: () => readonly number[]) =>
  ({ key }: FakeRequest): FakeReply => {
    if (key === 3) {
      const writer = Writer.create().appendInt32(0).appendInt32(ports().length);
      for (const [id, port] of ports().entries())
        writer.appendInt32(id).appendString('127.0.0.1', false).appendInt32(port).appendString(null, false);
      writer.appendString(null, false).appendInt32(0).appendInt32(1);
      return writer.appendInt16(0).appendString('__consumer_offsets', false).appendBoolean(true).appendInt32(0);
    }
    if (key === 10) {
      const writer = Writer.create().appendInt32(0).appendInt16(0).appendString(null, false);
      return writer
        .appendInt32(0)
        .appendString('127.0.0.1', false)
        .appendInt32(ports()[0] ?? 0);
    }
    const groups = [
      ['queue', 'share', 'Stable', 'share'],
      ['flow', 'streams', 'Empty', 'streams'],
    ];
    return Writer.create()
      .appendInt32(0)
      .appendInt16(0)
      .appendArray(groups, (to, texts) => texts.forEach((each) => to.appendString(each)))
      .appendTaggedFields();
  };

/** Two brokers, of which the second does not tell its groups. */
const two = async (t: TestContext): Promise<readonly FakeBroker[]> => {
  const ports = (): readonly number[] => [first.address.port, second.address.port];
  const first = await fakeBroker({ offers, answer: answers(ports) });
  const second = await fakeBroker({ offers: { 3: offers[3] }, answer: answers(ports) });
  t.after(async () => {
    await first.close();
    await second.close();
  });
  return [first, second];
};

const ask = async (
  brokers: readonly FakeBroker[],
  method: string,
  path: string,
  params: PackageRequest['params'] = {},
): Promise<unknown> => {
  const route = groupRoutes.find((each) => each.method === method && each.path === path);
  assert.ok(route, path);
  const instances = brokers.map(({ address: { port } }, index): InstanceView => ({
    name: `broker-${index}`,
    pod: 'broker',
    index,
    address: '127.0.0.1',
    ports: { client: port },
    tasks: [{ id: `t${index}`, name: 'server', state: 'RUNNING', ready: true }],
  }));
  const spec = await skeleton({ combined: false, brokers: 2, controllers: 1 });
  const service = { name: 'kafka', uid: '0'.repeat(32), version: '4.4.0', options: {}, spec, instances };
  return route.handle({ service, params, query: {}, body: undefined, signal: AbortSignal.timeout(10_000) });
};

test('groups that are there are told, and which broker did not tell its own', async (t) => {
  const answer = (await ask(await two(t), 'GET', '/groups')) as {
    readonly groups: readonly { readonly id: string; readonly type: string; readonly coordinator: number }[];
    readonly silent: readonly { readonly broker: number; readonly why: string }[];
  };
  assert.deepEqual(
    answer.groups.map(({ id, type, coordinator }) => [id, type, coordinator]),
    [
      ['flow', 'streams', 0],
      ['queue', 'share', 0],
    ],
  );
  assert.deepEqual(
    answer.silent.map(({ broker }) => broker),
    [1],
  );
  assert.match(answer.silent[0]?.why ?? '', /ListGroups: .*does not offer it/);
});

test('groups of shares and of streams are named, and neither described nor changed', async (t) => {
  const brokers = await two(t);
  const { type, state, note } = (await ask(brokers, 'GET', '/groups/{group}', { group: 'queue' })) as {
    readonly type: string;
    readonly state: string;
    readonly note: string;
  };
  assert.deepEqual(
    [type, state, note],
    ['share', 'Stable', 'a share group: its members and offsets are not told here'],
  );
  await assert.rejects(ask(brokers, 'DELETE', '/groups/{group}', { group: 'flow' }), {
    code: 'group-busy',
    status: 409,
    message: 'group flow is a streams group, whose offsets are not kept this way',
  });
  await assert.rejects(ask(brokers, 'GET', '/groups/{group}', { group: 'other' }), { code: 'group-unknown' });
});

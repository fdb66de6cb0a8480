/** Groups of consumers of a real Kafka; there is the empty topic `orders` with three partitions. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Consumer } from '@platformatic/kafka';
import type { GroupDescription } from '../../src/group/route.ts';
import { compareGroupVersions } from '../every-version.ts';
import { print, send } from '../routes.ts';
import { bootstrapOf, produce, until, type Given } from './given.ts';

type Protocol = 'classic' | 'consumer';

export const groupTests = (cluster: Given, protocols: readonly Protocol[]): void => {
  /** A member of a group that stays until it is ended. */
  const join = async (t: TestContext, groupId: string, groupProtocol: Protocol): Promise<() => Promise<void>> => {
    const consumer = new Consumer({
      groupId,
      groupProtocol,
      clientId: `of-${groupId}`,
      bootstrapBrokers: bootstrapOf(cluster()),
    });
    let left: Promise<void> | undefined;
    const leave = (): Promise<void> => (left ??= consumer.close(true));
    t.after(leave);
    const stream = await consumer.consume({
      topics: ['orders'],
      mode: 'committed',
      fallbackMode: 'latest',
      autocommit: false,
    });
    stream.on('error', () => undefined);
    stream.resume();
    const offsets = [0, 1].map((partition) => ({ topic: 'orders', partition, offset: 1n, leaderEpoch: 0 }));
    await consumer.commit({ offsets });
    return leave;
  };

  const groupNow = async (id: string): Promise<GroupDescription> =>
    (await send(cluster(), 'GET', `/groups/${id}`)) as GroupDescription;

  test('without groups there are none, and looking makes none', async () => {
    assert.equal(await print(cluster(), 'group list'), 'no groups');
    await assert.rejects(print(cluster(), 'group describe', ['nobody']), { code: 'group-unknown', status: 404 });
    assert.doesNotMatch(await print(cluster(), 'topic list'), /__consumer_offsets/);
  });

  for (const protocol of protocols) {
    test(`a group of the ${protocol} protocol: members, lag in offsets and in seconds, reset, deletion`, async (t) => {
      const id = `payments/${protocol}`;
      const encoded = encodeURIComponent(id);
      const now = Date.now();
      if (protocol === 'classic') {
        await produce(cluster(), 'orders', 0, [now - 500_000, now - 300_000, now - 100_000]);
        await produce(cluster(), 'orders', 1, [now - 90_000]);
      }
      const leave = await join(t, id, protocol);
      await until('it reads', async () =>
        (await groupNow(encoded)).members.some(({ assigned }) =>
          assigned.some(({ partitions }) => partitions.length === 3),
        ),
      );
      const group = await groupNow(encoded);
      assert.equal(group.type, protocol);
      assert.equal(group.state, 'Stable');
      assert.deepEqual(group.members[0]?.assigned, [{ topic: 'orders', partitions: [0, 1, 2] }]);
      const [first, second, third] = group.offsets;
      assert.deepEqual([first?.committed, first?.end, first?.lag, first?.lagFrom], ['1', '3', '2', 'record']);
      const seconds = first?.lagSeconds ?? 0;
      assert.ok(seconds >= 300 && seconds < 400, `${seconds} s since the record at offset 1`);
      assert.deepEqual([second?.lag, second?.lagSeconds, second?.lagFrom], ['0', 0, 'end']);
      assert.deepEqual([third?.committed, third?.end, third?.note], [null, '0', 'nothing was committed']);
      assert.equal(first?.member, group.members[0]?.id);

      if (protocol === 'classic') {
        const { address: host = '', ports } = cluster().instance(`broker-${group.coordinator}`);
        await compareGroupVersions({ host, port: ports['client'] ?? 0 }, id, cluster().view().version);
      }

      const text = await print(cluster(), 'group describe', [id]);
      assert.match(text, new RegExp(`^group ${id} \\(${protocol}\\): Stable, at broker \\d`));
      assert.match(text, /^orders +0 {2}1 +3 +2 +5m \d\ds$/m);
      assert.match(await print(cluster(), 'group list'), new RegExp(`^${id} +${protocol} +Stable +broker \\d$`, 'm'));
      const reset = { topic: 'orders', to: 'earliest' };
      await assert.rejects(print(cluster(), 'group reset-offsets', [id], reset), { code: 'group-busy', status: 409 });
      await assert.rejects(print(cluster(), 'group delete', [id]), { code: 'group-busy', status: 409 });
      assert.equal((await groupNow(encoded)).offsets[0]?.committed, '1');

      await leave();
      await until('it is empty', async () => (await groupNow(encoded)).state === 'Empty');
      const before = (await groupNow(encoded)).offsets.map(({ committed }) => committed);
      const dry = await print(cluster(), 'group reset-offsets', [id], { ...reset, dryRun: true });
      assert.match(dry, new RegExp(`^ +0 {2}${before[0]} +0$[^]*group ${id} would have other offsets`, 'm'));
      assert.deepEqual(
        (await groupNow(encoded)).offsets.map(({ committed }) => committed),
        before,
        'a dry run',
      );
      const offsetsAfter = async (to: string, more = {}): Promise<readonly (string | null)[]> => {
        await print(cluster(), 'group reset-offsets', [id], { topic: 'orders', to, ...more });
        return (await groupNow(encoded)).offsets.map(({ committed }) => committed);
      };
      assert.deepEqual(await offsetsAfter('earliest'), ['0', '0', '0']);
      assert.deepEqual(await offsetsAfter('latest'), ['3', '1', '0']);
      assert.deepEqual(await offsetsAfter('2'), ['2', '1', '0'], 'not beyond the end');
      const time = (await send(cluster(), 'GET', '/topics/orders/offsets', {
        time: String(Date.now() - 200_000),
      })) as Record<string, string>[];
      assert.equal(time[0]?.['0'], '2');
      assert.deepEqual(await offsetsAfter(new Date(Date.now() - 200_000).toISOString()), ['2', '0', '0']);
      assert.deepEqual(await offsetsAfter('0', { partition: '0' }), ['0', '0', '0']);
      await assert.rejects(offsetsAfter('yesterday'), { code: 'input-invalid', status: 400 });
      await assert.rejects(offsetsAfter('0', { topic: 'nothing' }), { code: 'topic-unknown', status: 404 });
      if (protocol === protocols.at(-1)) {
        // In the middle of a compressed batch it is known only when that began.
        await produce(cluster(), 'orders', 2, [now - 60_000, now - 50_000, now - 40_000], 'gzip');
        await offsetsAfter('1', { partition: '2' });
        const [, , packed] = (await groupNow(encoded)).offsets;
        assert.deepEqual([packed?.lag, packed?.lagFrom], ['2', 'batch']);
        assert.ok((packed?.lagSeconds ?? 0) >= 60);
        assert.match(await print(cluster(), 'group describe', [id]), /^orders +2 {2}1 +3 +2 +\S.* at most$/m);
      }
      assert.equal(await print(cluster(), 'group delete', [id]), `group ${id} and its offsets deleted`);
      await assert.rejects(print(cluster(), 'group describe', [id]), { code: 'group-unknown', status: 404 });
    });
  }
};

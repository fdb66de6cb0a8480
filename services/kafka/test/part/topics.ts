/** Topics of a real Kafka with three brokers: every command, and exactly what is lacking when one is away. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartitionList } from '../../src/route/topic-health.ts';
import type { Offsets } from '../../src/route/topic-offsets.ts';
import type { PartitionDetail, TopicDetail } from '../../src/route/topic.ts';
import { untilReady } from '../asking.ts';
import { print, send } from '../routes.ts';
import { produce, until, type Given } from './given.ts';

export const topicTests = (cluster: Given): void => {
  const partitionsOf = async (name: string): Promise<readonly PartitionDetail[]> =>
    ((await send(cluster(), 'GET', `/topics/${name}`)) as TopicDetail).partitions.flatMap((each) =>
      Object.values(each),
    );

  const offsets = async (name: string, time?: number): Promise<readonly number[]> => {
    const query = time === undefined ? {} : { time: String(time) };
    const answer = (await send(cluster(), 'GET', `/topics/${name}/offsets`, query)) as Offsets;
    return answer.flatMap((each) => Object.values(each)).map(Number);
  };

  test('topics: twelve partitions with three copies each, settings, more partitions and never fewer, deletion', async () => {
    await print(cluster(), 'topic create', ['wide'], { partitions: '12', replication: '3' });
    const partitions = await partitionsOf('wide');
    assert.equal(partitions.length, 12);
    for (const { replicas, isr, leader } of partitions) {
      assert.deepEqual([new Set(replicas), new Set(isr)], [new Set([0, 1, 2]), new Set([0, 1, 2])]);
      assert.equal(leader, replicas[0]);
    }
    await print(cluster(), 'topic config', ['wide', 'retention.ms=4000']);
    assert.match(await print(cluster(), 'topic describe', ['wide']), /^settings of its own: retention\.ms=4000$/m);
    await print(cluster(), 'topic config', ['wide'], { unset: 'retention.ms' });
    assert.match(await print(cluster(), 'topic describe', ['wide']), /^settings of its own: none$/m);
    for (const count of ['12', '11', '0', 'many']) {
      await assert.rejects(print(cluster(), 'topic partitions', ['wide', count]), { status: 400 });
    }
    await print(cluster(), 'topic partitions', ['wide', '13']);
    assert.equal((await partitionsOf('wide')).length, 13);
    await print(cluster(), 'topic delete', ['wide']);
    assert.doesNotMatch(await print(cluster(), 'topic list'), /^wide$/m);
  });

  test('topics: offsets grow by what was written, and a time leads to the very record', async () => {
    await print(cluster(), 'topic create', ['clock'], { partitions: '1' });
    assert.deepEqual(await offsets('clock'), [0]);
    const now = Date.now();
    const times = Array.from({ length: 10 }, (_, at) => now - 10_000 + at * 1000);
    await produce(cluster(), 'clock', 0, times);
    assert.deepEqual(await offsets('clock'), [10]);
    for (const [at, time] of times.entries()) {
      assert.deepEqual(await offsets('clock', time), [at]);
      assert.deepEqual(await offsets('clock', time + 1), [at === 9 ? -1 : at + 1]);
    }
    assert.match(await print(cluster(), 'topic producer-test', ['clock', '10']), /^10 records of 1024 bytes written/);
    assert.deepEqual(await offsets('clock'), [20]);
    await print(cluster(), 'topic delete', ['clock']);
  });

  test('topics: with a broker away exactly its partitions lack a replica, and those that only it has a leader', async () => {
    await print(cluster(), 'topic create', ['lonely'], { partitions: '3', replication: '1' });
    const alone = (await partitionsOf('lonely')).findIndex(({ leader }) => leader === 2);
    assert.ok(alone >= 0, 'each broker has one of them');
    const all = (await send(cluster(), 'GET', '/topics')) as readonly string[];
    const having: string[] = [];
    for (const name of all) {
      for (const [index, { replicas }] of (await partitionsOf(name)).entries()) {
        if (replicas.includes(2)) having.push(`${name}-${index}`);
      }
    }
    const listed = async (path: string): Promise<readonly string[]> =>
      ((await send(cluster(), 'GET', path)) as PartitionList).partitions.map(
        (each) => `${each.topic}-${each.partition}`,
      );
    await cluster().end('broker-2', 'SIGTERM');
    try {
      await until('it has left', async () => (await listed('/topics/unavailable_partitions')).length > 0);
      assert.deepEqual(await listed('/topics/unavailable_partitions'), [`lonely-${alone}`]);
      // Nobody else has it, so nobody is left out of sync there.
      const lacking = having.filter((name) => name !== `lonely-${alone}`);
      await until(
        'all are told',
        async () => (await listed('/topics/under_replicated_partitions')).length >= lacking.length,
      );
      const told = (await listed('/topics/under_replicated_partitions')).filter((name) => name !== `lonely-${alone}`);
      assert.deepEqual(told.toSorted(), lacking.toSorted());
    } finally {
      await cluster().launch('broker-2');
      await untilReady(cluster(), 60_000);
    }
    assert.equal(await print(cluster(), 'topic unavailable'), 'every partition has a leader');
    await print(cluster(), 'topic delete', ['lonely']);
  });
};

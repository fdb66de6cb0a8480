/** Who leads in a real Kafka; there is the topic `orders`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartitionDetail, TopicDetail } from '../../src/route/topic.ts';
import { untilReady } from '../asking.ts';
import { print, send } from '../routes.ts';
import { produce, until, type Given } from './given.ts';

export const leaderTests = (cluster: Given): void => {
  test('a broker gives its leadership away, and replicas lead again that should', async () => {
    const leaders = async (): Promise<readonly number[]> => {
      const topic = (await send(cluster(), 'GET', '/topics/orders')) as TopicDetail;
      return topic.partitions.flatMap((each) => Object.values(each)).map(({ leader }) => leader);
    };
    assert.equal(await print(cluster(), 'topic elect-leaders'), 'every partition is led by its preferred leader');
    assert.ok((await leaders()).includes(1));
    const before = await leaders();
    assert.match(
      await print(cluster(), 'broker demote', ['1'], { dryRun: true }),
      /would give away the leadership of \d+ partition/,
    );
    assert.deepEqual(await leaders(), before, 'a dry run');
    assert.match(
      await print(cluster(), 'broker demote', ['1']),
      /^broker 1 has given away the leadership of \d+ partitions?$/m,
    );
    assert.ok(!(await leaders()).includes(1), JSON.stringify(await leaders()));
    assert.equal(await print(cluster(), 'topic under-replicated'), 'every partition has all of its replicas in sync');
    await assert.rejects(print(cluster(), 'broker demote', ['9']), { code: 'broker-unknown' });
    assert.match(await print(cluster(), 'broker demote', ['1']), /leadership of 0 partitions/);
  });

  test('without a leader: a preferred election cannot help, an unclean one is asked for by its risk', async () => {
    await print(cluster(), 'topic create', ['risky'], { partitions: '1', replication: '2' });
    await print(cluster(), 'topic config', ['risky', 'min.insync.replicas=1']);
    const partition = async (): Promise<PartitionDetail | undefined> =>
      ((await send(cluster(), 'GET', '/topics/risky')) as TopicDetail).partitions[0]?.['0'];
    const [leader = 0, other = 0] = (await partition())?.replicas ?? [];
    const unclean = { topic: 'risky', uncleanMayLoseRecords: true };
    assert.match(await print(cluster(), 'topic elect-leaders', [], unclean), /has a leader: nothing was done/);
    await assert.rejects(print(cluster(), 'topic elect-leaders', [], { uncleanMayLoseRecords: true }), {
      code: 'input-invalid',
    });
    await assert.rejects(
      send(cluster(), 'PUT', '/topics/operation/elect-leaders', { topic: 'risky', unclean: 'true' }),
      {
        code: 'input-invalid',
      },
    );
    // The follower falls out of sync, then the leader goes with what only it has.
    await cluster().end(`broker-${other}`, 'SIGTERM');
    await until('the leader is alone', async () => (await partition())?.isr.length === 1);
    assert.match(
      await print(cluster(), 'broker config list'),
      new RegExp(`^the settings of broker ${other} are missing: it is not up$`, 'm'),
    );
    await produce(cluster(), 'risky', 0, [Date.now()]);
    await cluster().end(`broker-${leader}`, 'SIGKILL');
    await cluster().launch(`broker-${other}`);
    await until(
      'nobody leads',
      async () =>
        (await partition())?.leader === -1 && (await print(cluster(), 'broker list')).includes(`\n     ${other}  `),
    );
    assert.match(
      await print(cluster(), 'topic elect-leaders', [], { topic: 'risky' }),
      /risky +0 +.*\n0 partitions led by the preferred leader again, 1 not/,
    );
    assert.equal((await partition())?.leader, -1);
    await until('the other can lead', async () =>
      /^1 partition led by a replica that was not in sync/m.test(
        await print(cluster(), 'topic elect-leaders', [], unclean),
      ),
    );
    assert.equal((await partition())?.leader, other);
    await cluster().launch(`broker-${leader}`);
    await untilReady(cluster(), 40_000);
  });
};

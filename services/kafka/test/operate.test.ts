/** Groups, settings, quotas and leaders of a real Kafka 4, by the commands of the package. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, test, type TestContext } from 'node:test';
import { Consumer, Producer } from '@platformatic/kafka';
import { incrementalAlterConfigs } from '../src/client/api/incremental-alter-configs.ts';
import type { KafkaClient } from '../src/client/client.ts';
import { newClient, nodeOf, untilReady } from './asking.ts';
import { whyNoKafka } from './jars.ts';
import { LocalCluster } from './local-cluster.ts';
import { print, send } from './routes.ts';
import type { GroupDescription } from '../src/group/route.ts';
import type { PartitionDetail, TopicDetail } from '../src/route/topic.ts';

const missing = whyNoKafka();
if (missing !== undefined) console.error(`SKIPPED: operating a real Kafka 4: ${missing}`);

describe('operating Kafka 4', { skip: missing ?? false, timeout: 240_000 }, () => {
  let cluster: LocalCluster;
  let client: KafkaClient;
  let bootstrap: string[];

  before(async () => {
    cluster = await LocalCluster.start({ version: '4.4.0', combined: true, brokers: 3, controllers: 3 });
    client = newClient();
    await untilReady(cluster, 60_000).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${(await cluster.log('broker-0')).slice(-2000)}`);
    });
    bootstrap = cluster.view().instances.map(({ address, ports }) => `${address}:${ports['client']}`);
    await print(cluster, 'topic create', ['orders'], { partitions: '3' });
  });

  after(async () => {
    client?.close();
    await cluster?.stop();
  });

  const produce = async (topic: string, partition: number, times: readonly number[]): Promise<void> => {
    const producer = new Producer({ clientId: 'test', bootstrapBrokers: bootstrap });
    const value = Buffer.from('value');
    const messages = times.map((ms) => ({ topic, partition, value, timestamp: BigInt(ms) }));
    await producer.send({ messages, acks: -1 });
    await producer.close(true);
  };

  /** A member of a group that stays until it is ended. */
  const join = async (
    t: TestContext,
    groupId: string,
    groupProtocol: 'classic' | 'consumer',
  ): Promise<() => Promise<void>> => {
    const consumer = new Consumer({ groupId, groupProtocol, clientId: `of-${groupId}`, bootstrapBrokers: bootstrap });
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
    (await send(cluster, 'GET', `/groups/${id}`)) as GroupDescription;

  const until = async (what: string, seen: () => Promise<boolean>): Promise<void> => {
    for (const deadline = Date.now() + 20_000; !(await seen()); await sleep(100)) {
      if (Date.now() > deadline) throw new Error(`not within 20 s: ${what}`);
    }
  };

  test('without groups there are none, and looking makes none', async () => {
    assert.equal(await print(cluster, 'group list'), 'no groups');
    await assert.rejects(print(cluster, 'group describe', ['nobody']), { code: 'group-unknown', status: 404 });
    assert.doesNotMatch(await print(cluster, 'topic list'), /__consumer_offsets/);
  });

  for (const protocol of ['classic', 'consumer'] as const) {
    test(`a group of the ${protocol} protocol: members, lag in offsets and in seconds, reset, deletion`, async (t) => {
      const id = `payments/${protocol}`;
      const encoded = encodeURIComponent(id);
      const now = Date.now();
      if (protocol === 'classic') {
        await produce('orders', 0, [now - 500_000, now - 300_000, now - 100_000]);
        await produce('orders', 1, [now - 90_000]);
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
      assert.deepEqual([third?.committed, third?.note], [null, 'nothing was committed']);
      assert.equal(first?.member, group.members[0]?.id);

      const text = await print(cluster, 'group describe', [id]);
      assert.match(text, new RegExp(`^group ${id} \\(${protocol}\\): Stable, at broker \\d`));
      assert.match(text, /^orders +0 {2}1 +3 +2 +5m \d\ds$/m);
      assert.match(await print(cluster, 'group list'), new RegExp(`^${id} +${protocol} +Stable +broker \\d$`, 'm'));
      const reset = { topic: 'orders', to: 'earliest' };
      await assert.rejects(print(cluster, 'group reset-offsets', [id], reset), { code: 'group-busy', status: 409 });
      await assert.rejects(print(cluster, 'group delete', [id]), { code: 'group-busy', status: 409 });
      assert.equal((await groupNow(encoded)).offsets[0]?.committed, '1');

      await leave();
      await until('it is empty', async () => (await groupNow(encoded)).state === 'Empty');
      const before = (await groupNow(encoded)).offsets.map(({ committed }) => committed);
      const dry = await print(cluster, 'group reset-offsets', [id], { ...reset, dryRun: true });
      assert.match(dry, new RegExp(`^ +0 {2}${before[0]} +0$[^]*group ${id} would have other offsets`, 'm'));
      assert.deepEqual(
        (await groupNow(encoded)).offsets.map(({ committed }) => committed),
        before,
        'a dry run',
      );
      const offsetsAfter = async (to: string, more = {}): Promise<readonly (string | null)[]> => {
        await print(cluster, 'group reset-offsets', [id], { topic: 'orders', to, ...more });
        return (await groupNow(encoded)).offsets.map(({ committed }) => committed);
      };
      assert.deepEqual(await offsetsAfter('earliest'), ['0', '0', '0']);
      assert.deepEqual(await offsetsAfter('latest'), ['3', '1', '0']);
      assert.deepEqual(await offsetsAfter('2'), ['2', '1', '0'], 'not beyond the end');
      const time = (await send(cluster, 'GET', '/topics/orders/offsets', {
        time: String(Date.now() - 200_000),
      })) as Record<string, string>[];
      assert.equal(time[0]?.['0'], '2');
      assert.deepEqual(await offsetsAfter(new Date(Date.now() - 200_000).toISOString()), ['2', '0', '0']);
      assert.deepEqual(await offsetsAfter('0', { partition: '0' }), ['0', '0', '0']);
      await assert.rejects(offsetsAfter('yesterday'), { code: 'input-invalid', status: 400 });
      await assert.rejects(offsetsAfter('0', { topic: 'nothing' }), { code: 'topic-unknown', status: 404 });
      assert.equal(await print(cluster, 'group delete', [id]), `group ${id} and its offsets deleted`);
      await assert.rejects(print(cluster, 'group describe', [id]), { code: 'group-unknown', status: 404 });
    });
  }

  test('settings: what is set where, what it hides, and what options of the package decide', async () => {
    // Kafka itself sets this one, for the replicas that may lead although they are not in sync.
    const untouched = await print(cluster, 'broker config list');
    assert.match(untouched, /^all +min\.insync\.replicas +2 +cluster +2 \(file\), 1 \(default\)$/m);
    assert.equal(untouched.split('\n').length, 2);
    assert.match(await print(cluster, 'broker config list', ['1']), /^1 +num\.io\.threads +2 +file +8 \(default\)$/m);
    assert.match(
      await print(cluster, 'broker config list', ['1'], { all: true }),
      /^1 +log\.cleaner\.enable +true +default/m,
    );
    await assert.rejects(print(cluster, 'broker config list', ['9']), { code: 'broker-unknown', status: 404 });

    // What options decide is set there; what Kafka cannot change while it runs is not set at all.
    await assert.rejects(print(cluster, 'broker config set', ['log.retention.ms=1000']), {
      code: 'broker-config',
      status: 409,
      next: 'warder package update kafka --set kafka.log_retention_ms=1000',
    });
    await assert.rejects(print(cluster, 'broker config set', ['listeners=x']), { code: 'broker-config', status: 409 });
    await assert.rejects(print(cluster, 'broker config set', ['log.cleaner.enable=false']), {
      code: 'broker-config',
      status: 400,
    });
    await assert.rejects(print(cluster, 'broker config set', ['nonsense']), { code: 'input-invalid', status: 400 });

    assert.match(
      await print(cluster, 'broker config set', ['producer.id.expiration.ms=5000000']),
      /^the brokers have producer\.id\.expiration\.ms=5000000 now/,
    );
    await print(cluster, 'broker config set', ['leader.replication.throttled.rate=1000000'], { broker: '2' });
    const text = await print(cluster, 'broker config list');
    assert.match(text, /^all +producer\.id\.expiration\.ms +5000000 +cluster +86400000 \(default\)$/m);
    assert.match(text, /^2 +leader\.replication\.throttled\.rate +1000000 +broker$/m);
    assert.match(
      text,
      /^warning: broker 0, 1, 2: producer\.id\.expiration\.ms=5000000 .* no option of the package says so$/m,
    );
    assert.match(text, /^warning: broker 2: leader\.replication\.throttled\.rate=.*a throttle/m);
    assert.equal(
      await print(cluster, 'broker config unset', ['leader.replication.throttled.rate'], { broker: '2' }),
      'broker 2 has no leader.replication.throttled.rate set while they run now',
    );
    await print(cluster, 'broker config unset', ['producer.id.expiration.ms']);
    assert.equal(await print(cluster, 'broker config list'), untouched);
  });

  test('a value that somebody else set and that hides an option is warned of, and goes back to the option', async () => {
    const node = nodeOf(client, cluster, 'broker-0');
    const changes = [{ key: 'log.retention.ms', value: '1234567' }];
    await node.call(incrementalAlterConfigs, {
      resources: [{ type: 'broker', name: '', changes }],
      validateOnly: false,
    });
    await until('it is there', async () => /1234567/.test(await print(cluster, 'broker config list')));
    assert.match(
      await print(cluster, 'broker config list'),
      /^warning: broker 0, 1, 2: log\.retention\.ms=1234567 .* hides kafka\.log_retention_ms=604800000 of the options$/m,
    );
    assert.match(
      await print(cluster, 'broker config unset', ['log.retention.ms']),
      /=604800000 again, as the options say$/,
    );
    const text = await print(cluster, 'broker config list');
    assert.match(text, /^all +log\.retention\.ms +604800000 +cluster/m);
    assert.doesNotMatch(text, /warning/);
  });

  test('quotas: of users, clients, both, and by default', async () => {
    assert.equal(await print(cluster, 'quota list'), 'no quotas');
    await print(cluster, 'quota set', [], {
      user: 'ada',
      clientId: 'shop',
      producerByteRate: '1048576',
      requestPercentage: '12.5',
    });
    await print(cluster, 'quota set', [], { user: 'ada', consumerByteRate: '2097152' });
    assert.equal(
      await print(cluster, 'quota set', [], { defaultUser: true, consumerByteRate: '1000' }),
      'default user: consumer_byte_rate=1000',
    );
    await until('all are there', async () => (await print(cluster, 'quota list')).split('\n').length === 4);
    const text = await print(cluster, 'quota list');
    assert.match(text, /^default user +consumer_byte_rate=1000$/m);
    assert.match(text, /^user ada +consumer_byte_rate=2097152$/m);
    assert.match(text, /^user ada, client-id shop +(?=.*producer_byte_rate=1048576)(?=.*request_percentage=12\.5)/m);
    await assert.rejects(print(cluster, 'quota set', [], { user: 'ada' }), { code: 'input-invalid', status: 400 });
    await assert.rejects(print(cluster, 'quota set', [], { producerByteRate: '5' }), { code: 'input-invalid' });
    await assert.rejects(print(cluster, 'quota set', [], { user: 'ada', producerByteRate: '-5' }), {
      code: 'input-invalid',
    });
    await assert.rejects(print(cluster, 'quota set', [], { user: 'ada', producerByteRate: '0.5' }), {
      code: 'input-invalid',
    });
    await assert.rejects(print(cluster, 'quota remove', [], { user: 'bob' }), { code: 'quota-unknown', status: 404 });
    await print(cluster, 'quota remove', [], { user: 'ada', clientId: 'shop' });
    await print(cluster, 'quota remove', [], { user: 'ada' });
    await print(cluster, 'quota remove', [], { defaultUser: true });
    await until('none is left', async () => (await print(cluster, 'quota list')) === 'no quotas');
  });

  test('a broker gives its leadership away, and replicas lead again that should', async () => {
    const leaders = async (): Promise<readonly number[]> => {
      const topic = (await send(cluster, 'GET', '/topics/orders')) as TopicDetail;
      return topic.partitions.flatMap((each) => Object.values(each)).map(({ leader }) => leader);
    };
    assert.equal(await print(cluster, 'topic elect-leaders'), 'every partition is led by its preferred leader');
    assert.ok((await leaders()).includes(1));
    const before = await leaders();
    assert.match(
      await print(cluster, 'broker demote', ['1'], { dryRun: true }),
      /would give away the leadership of \d+ partition/,
    );
    assert.deepEqual(await leaders(), before, 'a dry run');
    assert.match(
      await print(cluster, 'broker demote', ['1']),
      /^broker 1 has given away the leadership of \d+ partitions?$/m,
    );
    assert.ok(!(await leaders()).includes(1), JSON.stringify(await leaders()));
    assert.equal(await print(cluster, 'topic under-replicated'), 'every partition has all of its replicas in sync');
    await assert.rejects(print(cluster, 'broker demote', ['9']), { code: 'broker-unknown' });
    assert.match(await print(cluster, 'broker demote', ['1']), /leadership of 0 partitions/);
  });

  test('without a leader: a preferred election cannot help, an unclean one is asked for by its risk', async () => {
    await print(cluster, 'topic create', ['risky'], { partitions: '1', replication: '2' });
    await print(cluster, 'topic config', ['risky', 'min.insync.replicas=1']);
    const partition = async (): Promise<PartitionDetail | undefined> =>
      ((await send(cluster, 'GET', '/topics/risky')) as TopicDetail).partitions[0]?.['0'];
    const [leader = 0, other = 0] = (await partition())?.replicas ?? [];
    const unclean = { topic: 'risky', uncleanMayLoseRecords: true };
    assert.match(await print(cluster, 'topic elect-leaders', [], unclean), /has a leader: nothing was done/);
    await assert.rejects(print(cluster, 'topic elect-leaders', [], { uncleanMayLoseRecords: true }), {
      code: 'input-invalid',
    });
    await assert.rejects(send(cluster, 'PUT', '/topics/operation/elect-leaders', { topic: 'risky', unclean: 'true' }), {
      code: 'input-invalid',
    });
    // The follower falls out of sync, then the leader goes with what only it has.
    await cluster.end(`broker-${other}`, 'SIGTERM');
    await until('the leader is alone', async () => (await partition())?.isr.length === 1);
    await produce('risky', 0, [Date.now()]);
    await cluster.end(`broker-${leader}`, 'SIGKILL');
    await cluster.launch(`broker-${other}`);
    await until(
      'nobody leads',
      async () =>
        (await partition())?.leader === -1 && (await print(cluster, 'broker list')).includes(`\n     ${other}  `),
    );
    assert.match(
      await print(cluster, 'topic elect-leaders', [], { topic: 'risky' }),
      /risky +0 +.*\n0 partitions led by the preferred leader again, 1 not/,
    );
    assert.equal((await partition())?.leader, -1);
    await until('the other can lead', async () =>
      /^1 partition led by a replica that was not in sync/m.test(
        await print(cluster, 'topic elect-leaders', [], unclean),
      ),
    );
    assert.equal((await partition())?.leader, other);
    await cluster.launch(`broker-${leader}`);
    await untilReady(cluster, 40_000);
  });
});

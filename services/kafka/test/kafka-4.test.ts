/** The gates and procedures of the package against a real Kafka 4: three controllers, three brokers. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createTopics } from '../src/client/api/create-topics.ts';
import { deleteTopics } from '../src/client/api/delete-topics.ts';
import { describeConfigs } from '../src/client/api/describe-configs.ts';
import { metadata } from '../src/client/api/metadata.ts';
import { brokers } from '../src/cluster/member.ts';
import { readView } from '../src/cluster/view.ts';
import { forgetGone } from '../src/decommission/gone.ts';
import { kafkaVersion } from '../src/version.ts';
import code from '../src/index.ts';
import { canary } from '../src/roll/canary.ts';
import type { KafkaClient } from '../src/client/client.ts';
import { askGate, callLive, isOpen, newClient, nodeOf, untilAnswer, untilReady } from './asking.ts';
import { compareVersions } from './every-version.ts';
import { checksumOf, resolveJars, whyNoKafka } from './jars.ts';
import { print, send } from './routes.ts';
import { LocalCluster } from './local-cluster.ts';

const missing = whyNoKafka();
if (missing !== undefined) console.error(`SKIPPED: the tests against a real Kafka 4: ${missing}`);

describe('Kafka 4', { skip: missing ?? false, timeout: 240_000 }, () => {
  let cluster: LocalCluster;
  let client: KafkaClient;

  before(async () => {
    cluster = await LocalCluster.start({ version: '4.4.0', combined: false, brokers: 3, controllers: 3 });
    client = newClient();
    await untilReady(cluster, 60_000).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${(await cluster.log('broker-0')).slice(-2000)}`);
    });
    const topics = [
      { name: 'orders', partitions: 3, replication: -1, configs: {} },
      { name: 'single', partitions: 3, replication: 1, configs: {} },
    ];
    const created = await nodeOf(client, cluster, 'broker-0').call(createTopics, { topics, timeoutMs: 5000 });
    assert.equal(created.map((each) => each.errorCode).join(), '0,0');
    await untilReady(cluster, 10_000);
  });

  after(async () => {
    client?.close();
    await cluster?.stop();
  });

  const effective = async (instance: string, key: string): Promise<string | null | undefined> => {
    const id = String(cluster.instance(instance).index);
    const resources = [{ type: 'broker', name: id, keys: [key] } as const];
    const [result] = await nodeOf(client, cluster, instance).call(describeConfigs, { resources });
    return result?.entries[0]?.value;
  };

  test('the options decide what a new topic gets', async () => {
    const { topics } = await nodeOf(client, cluster, 'broker-1').call(metadata, { topics: ['orders'] });
    assert.deepEqual(
      topics[0]?.partitions.map((each) => each.replicas.length),
      [3, 3, 3],
    );
    assert.equal(await effective('broker-1', 'min.insync.replicas'), '2');
  });

  test('the jars are those that the package names', async () => {
    const version = kafkaVersion('4.4.0');
    assert.equal(await checksumOf(await resolveJars(version)), version.artifact.checksum);
  });

  test('an answer reads the same in every version of an API', async () => {
    const { address: host = '', ports } = cluster.instance('broker-0');
    await compareVersions({ host, port: ports['client'] ?? 0 });
  });

  test('a broker may stop while all are in sync; topics that suffer all the same are named', async () => {
    const answer = await askGate(cluster, 'stop-safe', 'broker-0');
    assert.equal(answer.open, true, answer.reason);
    assert.match(answer.reason, /topics single/);
  });

  test('a broker with the only replica of a partition is not replaced', async () => {
    const answer = await askGate(cluster, 'replace-safe', 'broker-0');
    assert.equal(answer.open, false);
    assert.match(answer.reason, /last in-sync replica of 1 partition: single-\d/);
  });

  test('the active controller goes last', async () => {
    const names = ['controller-0', 'controller-1', 'controller-2'];
    const answers = await Promise.all(
      names.map((name) =>
        askGate(
          cluster,
          'stop-safe',
          name,
          names.filter((other) => other !== name),
        ),
      ),
    );
    assert.equal(answers.filter((each) => each.open).length, 2, JSON.stringify(answers));
    const [active] = answers.filter((each) => !each.open);
    assert.equal(active?.defer, true);
    const leader = names[answers.findIndex((each) => !each.open)] ?? '';
    assert.equal((await askGate(cluster, 'stop-safe', leader)).open, true);
  });

  test('with another broker away it may not stop, where a partition would suffer', async () => {
    const answer = await askGate(cluster, 'stop-safe', 'broker-0', ['broker-1'], ['broker-1']);
    assert.equal(answer.open, false);
    assert.match(answer.reason, /orders-0 \(in sync .*; needs 2\).*\(with broker-1 away\)$/);
  });

  test('controllers go one by one, the active one last; brokers that share partitions not together', async () => {
    const restarts = cluster.view().instances.map(({ name }) => name);
    const { signal } = new AbortController();
    const batches = await code.batches?.({ service: cluster.view(), restarts, max: 3, signal });
    assert.ok(batches);
    assert.ok(batches.every((batch) => batch.length === 1));
    assert.deepEqual(batches.flat().toSorted(), restarts.toSorted());
    const names = batches.slice(0, 3).flat();
    assert.ok(names.every((name) => name.startsWith('controller')));
    const others = names.slice(0, 2);
    const last = await askGate(cluster, 'stop-safe', names[2] ?? '', others);
    assert.match(last.reason, /it is the active controller and goes last/);
    const said = await code.review?.({ service: cluster.view(), restarts, replaced: [], batches, signal });
    assert.match((said ?? []).join('\n'), /3 of 3 brokers restart alone: .*orders-0/);
    const cost = await code.cost?.({ service: cluster.view(), restarts, replaced: [], signal });
    assert.deepEqual(cost, [
      { what: 'leaders moved away and back', count: 3 },
      { what: 'bytes of replicas moved', count: 0 },
    ]);
  });

  test('a canary is well while it is in sync, leads and answers; not while it hangs', async () => {
    const judge = () =>
      canary({
        service: cluster.view(),
        instance: cluster.instance('broker-0'),
        args: {},
        runId: 'run-1',
        stepId: 'run-1.0.0',
        signal: new AbortController().signal,
      });
    const well = await judge();
    assert.equal(well.open, true, well.reason);
    assert.match(well.reason, /broker 0 is in sync everywhere, leads \d partitions? and answers for them in \d+ ms/);
    cluster.signal('broker-0', 'SIGSTOP');
    try {
      const hung = await judge();
      assert.equal(hung.open, false);
      assert.equal(hung.failed, undefined, 'perhaps it comes back');
    } finally {
      cluster.signal('broker-0', 'SIGCONT');
    }
    await untilReady(cluster, 30_000);
  });

  test('values change live, thread pools in several steps, and go back to their defaults', async () => {
    const before = cluster.instance('broker-0').tasks[0]?.startedMs;
    const args = {
      set: { 'num.io.threads': '9', 'log.retention.ms': '3600000', 'message.max.bytes': '2000000' },
      unset: [],
    };
    for (const name of ['broker-0', 'broker-1', 'broker-2']) await callLive(cluster, name, args);
    assert.equal(await effective('broker-2', 'num.io.threads'), '9');
    assert.equal(await effective('broker-1', 'log.retention.ms'), '3600000');
    assert.deepEqual(await callLive(cluster, 'broker-0', args), { changed: [] });

    const unset = { set: {}, unset: ['num.io.threads', 'log.retention.ms', 'message.max.bytes'] };
    for (const name of ['broker-0', 'broker-1', 'broker-2']) await callLive(cluster, name, unset);
    assert.equal(await effective('broker-2', 'num.io.threads'), '8');
    assert.equal(await effective('broker-0', 'log.retention.ms'), '604800000');
    assert.equal(await effective('broker-0', 'message.max.bytes'), '1048588');
    assert.equal(cluster.instance('broker-0').tasks[0]?.startedMs, before);
  });

  test('a value that the broker refuses is an error with its words', async () => {
    const args = { set: { 'log.cleaner.min.cleanable.ratio': '7' } };
    await assert.rejects(callLive(cluster, 'broker-0', args), /log\.cleaner\.min\.cleanable\.ratio=7.*INVALID/s);
  });

  test('topics are made, looked at, changed and deleted by commands', async () => {
    assert.equal(
      await print(cluster, 'topic create', ['events'], { partitions: '2', replication: '3' }),
      'topic events created',
    );
    await assert.rejects(print(cluster, 'topic create', ['events']), { code: 'topic-exists', status: 409 });
    await assert.rejects(print(cluster, 'topic create', ['other'], { replication: '9' }), {
      code: 'topic-replication',
    });
    await assert.rejects(print(cluster, 'topic create', ['a/b']), { code: 'topic-name', status: 400 });
    assert.match(await print(cluster, 'topic list'), /^events$/m);
    assert.equal(
      await print(cluster, 'topic config', ['events', 'retention.ms=1000']),
      'topic events has retention.ms=1000 now',
    );
    const described = await print(cluster, 'topic describe', ['events']);
    assert.match(described, /^partition {2}leader {2}replicas {2}in sync\n {8}0 {2}\d {7}\d,\d,\d/);
    assert.match(described, /retention\.ms=1000/);
    await print(cluster, 'topic config', ['events'], { unset: 'retention.ms' });
    assert.doesNotMatch(await print(cluster, 'topic describe', ['events']), /retention\.ms/);
    await assert.rejects(print(cluster, 'topic config', ['events', 'nonsense=1']), {
      code: 'topic-config',
      status: 400,
    });

    assert.match(
      await print(cluster, 'topic producer-test', ['events', '500']),
      /^500 records of 1024 bytes written in /,
    );
    const ends = (await send(cluster, 'GET', '/topics/events/offsets')) as Record<string, string>[];
    assert.equal(ends.length, 2);
    assert.equal(
      ends.reduce((sum, each) => sum + Number(Object.values(each)[0]), 0),
      500,
    );
    assert.deepEqual(await send(cluster, 'GET', '/topics/events/offsets', { time: 'first' }), [{ 0: '0' }, { 1: '0' }]);
    const future = { time: String(Date.now() + 3_600_000) };
    assert.deepEqual(await send(cluster, 'GET', '/topics/events/offsets', future), [{ 0: '-1' }, { 1: '-1' }]);

    await assert.rejects(print(cluster, 'topic partitions', ['events', '2']), {
      code: 'topic-partitions',
      status: 400,
    });
    assert.match(await print(cluster, 'topic partitions', ['events', '5']), /has 5 partitions now, 2 before/);
    assert.equal(await print(cluster, 'topic delete', ['events']), 'topic events deleted');
    await assert.rejects(print(cluster, 'topic describe', ['events']), { code: 'topic-unknown', status: 404 });
    await assert.rejects(print(cluster, 'topic delete', ['__consumer_offsets']), { code: 'topic-internal' });
  });

  test('brokers are listed, with what they keep', async () => {
    assert.deepEqual(await send(cluster, 'GET', '/brokers'), ['0', '1', '2']);
    assert.match(
      await print(cluster, 'broker list'),
      /^broker {2}address +state +leads {2}replicas\n {5}0 {2}127\.0\.0\.1:\d+ +in sync/,
    );
    assert.match(await print(cluster, 'broker get', ['1']), /disk +\/.*of records.*free/);
    await assert.rejects(print(cluster, 'broker get', ['7']), { code: 'broker-unknown', status: 404 });
  });

  test('a review names the topics that suffer from restarts', async () => {
    const signal = new AbortController().signal;
    const review = await code.review?.({
      service: cluster.view(),
      restarts: ['broker-0', 'broker-1', 'broker-2'],
      replaced: [],
      signal,
    });
    assert.match(review?.[0] ?? '', /^1 topic \(single\)/);
    const bootstrap = await code.endpoints?.['bootstrap']?.(cluster.view(), signal);
    assert.match(String(bootstrap), /^127\.0\.0\.1:\d+,127\.0\.0\.1:\d+,127\.0\.0\.1:\d+$/);
  });

  test('a hanging follower holds the others back, until it is in sync again', async () => {
    cluster.signal('broker-2', 'SIGSTOP');
    const stop = (): ReturnType<typeof askGate> => askGate(cluster, 'stop-safe', 'broker-0');
    const hanging = await stop();
    const fenced = await untilAnswer(stop, (answer) => /broker-2 is fenced/.test(answer.reason), 20_000);
    const deferred = await askGate(cluster, 'stop-safe', 'broker-0', ['broker-2']);
    const lacking = await print(cluster, 'topic under-replicated');
    const offline = await print(cluster, 'topic unavailable');
    cluster.signal('broker-2', 'SIGCONT');
    assert.equal(hanging.open, false);
    for (const { reason } of [hanging, fenced]) {
      assert.match(reason, /3 partitions would have too few replicas in sync: orders-\d .*it waits for broker 2/);
    }
    assert.equal(lacking.match(/^orders /gm)?.length, 3);
    assert.match(offline, /^single /m);
    assert.equal(fenced.defer, undefined);
    assert.equal(deferred.defer, true);
    await untilAnswer(stop, isOpen, 30_000);
  });

  test('a restarted broker is ready when it leads again; what was set live counts, not what its file says', async () => {
    await callLive(cluster, 'broker-1', { set: { 'log.segment.delete.delay.ms': '1000' } });
    await cluster.configure({ log_segment_delete_delay_ms: 2000 });
    await cluster.end('broker-1', 'SIGTERM');
    const gone = await askGate(cluster, 'in-sync', 'broker-1');
    assert.equal(gone.open, false);
    await cluster.launch('broker-1');
    await untilAnswer(() => askGate(cluster, 'in-sync', 'broker-1'), isOpen, 40_000);
    assert.equal(await effective('broker-1', 'log.segment.delete.delay.ms'), '2000');
    const { topics } = await nodeOf(client, cluster, 'broker-0').call(metadata, { topics: ['orders'] });
    const own = topics[0]?.partitions.filter((each) => each.replicas[0] === 1) ?? [];
    assert.deepEqual(
      own.map((each) => each.leader),
      [1],
    );
  });

  test('a broker that was stopped recovers no log when it starts; one that was killed does', async () => {
    const startLog = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<string> => {
      await cluster.end('broker-1', signal);
      const { length } = await cluster.log('broker-1');
      await cluster.launch('broker-1');
      await untilAnswer(() => askGate(cluster, 'in-sync', 'broker-1'), isOpen, 40_000);
      return (await cluster.log('broker-1')).slice(length);
    };
    const [skipped, recovered] = [
      /Skipping recovery of \d+ logs .* since clean shutdown file was found/,
      /Recovering \d+ logs .* since no clean shutdown file was found/,
    ];
    const stopped = await startLog('SIGTERM');
    assert.match(stopped, skipped);
    assert.doesNotMatch(stopped, recovered);
    const killed = await startLog('SIGKILL');
    assert.match(killed, recovered);
    assert.doesNotMatch(killed, skipped);
  });

  test('a broker that lost its disk comes back empty and catches up', async () => {
    await nodeOf(client, cluster, 'broker-0').call(deleteTopics, { names: ['single'], timeoutMs: 5000 });
    const safe = await untilAnswer(() => askGate(cluster, 'replace-safe', 'broker-2'), isOpen, 5000);
    assert.match(safe.reason, /every one of the 3 partitions/);
    await cluster.end('broker-2', 'SIGKILL');
    await cluster.wipe('broker-2');
    await cluster.launch('broker-2');
    const answer = await untilAnswer(() => askGate(cluster, 'in-sync', 'broker-2'), isOpen, 40_000);
    assert.match(answer.reason, /in sync in all of its 3 partitions/);
  });

  test('a broker that has gone for good is forgotten; one that is away is not', async () => {
    const { signal } = new AbortController();
    const look = () => readView(client, brokers(cluster.view()).slice(0, 2), signal);
    await nodeOf(client, cluster, 'broker-0').call(deleteTopics, { names: ['orders'], timeoutMs: 5000 });
    await cluster.end('broker-2', 'SIGTERM');
    const { partitions } = await untilAnswer(look, ({ fenced }) => fenced.has(2), 30_000);
    assert.deepEqual(partitions, []);
    await forgetGone(client, cluster.view(), signal);
    assert.ok((await look()).fenced.has(2), 'it is one of the service');
    const { instances, ...service } = cluster.view();
    await forgetGone(client, { ...service, instances: instances.filter(({ name }) => name !== 'broker-2') }, signal);
    await untilAnswer(look, ({ fenced, seen }) => !fenced.has(2) && !seen.has(2), 10_000);
    await cluster.launch('broker-2');
    await untilAnswer(() => askGate(cluster, 'in-sync', 'broker-2'), isOpen, 40_000);
  });

  test('gates answer in time and with a reason when nobody is there', async () => {
    for (const { name } of cluster.view().instances) cluster.signal(name, 'SIGSTOP');
    const started = performance.now();
    const answers = await Promise.all([
      askGate(cluster, 'stop-safe', 'broker-0'),
      askGate(cluster, 'replace-safe', 'broker-0'),
      askGate(cluster, 'in-sync', 'broker-0'),
      askGate(cluster, 'stop-safe', 'controller-0'),
    ]);
    for (const { name } of cluster.view().instances) cluster.signal(name, 'SIGCONT');
    assert.ok(performance.now() - started < 5000);
    for (const answer of answers) assert.equal(answer.open, false, answer.reason);
  });
});

/** Several log dirs for each broker, against a real Kafka: moves between them, and one that fails. */
import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, type Detection, type GateAnswer, type MadePhase } from '@warder/sdk';
import type { KafkaClient } from '../src/client/client.ts';
import type { DiskList } from '../src/disk/route.ts';
import { ownThrottle } from '../src/disk/throttle.ts';
import code from '../src/index.ts';
import { askGate, isOpen, newClient, nodeOf, untilAnswer, untilReady } from './asking.ts';
import { whyNoKafka } from './jars.ts';
import { LocalCluster } from './local-cluster.ts';
import { LocalZooKeeper } from './local-zookeeper.ts';
import { print, send } from './routes.ts';
import { callStep, doSteps, makePlan, waitStep } from './steps.ts';

const missing = whyNoKafka();
if (missing !== undefined) console.error(`SKIPPED: the tests of log dirs against a real Kafka: ${missing}`);

const names = ['alpha', 'beta', 'gamma', 'delta'];

const onVersion = (version: string, onZooKeeper: boolean): void => {
  let server: LocalZooKeeper | undefined;
  let cluster: LocalCluster;
  let client: KafkaClient;

  const withLog = async (error: unknown): Promise<never> => {
    throw new Error(`${String(error)}\n${(await cluster.log('broker-0')).slice(-3000)}`);
  };

  before(async () => {
    if (onZooKeeper) server = await LocalZooKeeper.start();
    cluster = await LocalCluster.prepare({
      version,
      combined: !onZooKeeper,
      brokers: 2,
      controllers: 1,
      disks: 2,
      ...(server === undefined ? {} : { zookeeper: server.connect }),
    });
    if (onZooKeeper) await callStep(cluster, call('claim-chroot'));
    await Promise.all(['broker-0', 'broker-1'].map((name) => cluster.launch(name)));
    client = newClient();
    await untilReady(cluster, 60_000).catch(withLog);
    for (const name of names) await send(cluster, 'PUT', `/topics/${name}`, { partitions: '1', replication: '2' });
    await untilReady(cluster, 10_000);
    for (const name of names)
      await send(cluster, 'PUT', `/topics/${name}/operation/producer-test`, { messages: '3000' });
  });

  after(async () => {
    client?.close();
    await cluster?.stop();
    await server?.stop();
  });

  const disks = async (broker: number): Promise<DiskList['brokers'][number]> => {
    const { brokers } = (await send(cluster, 'GET', '/disks', { broker: String(broker) })) as DiskList;
    assert.ok(brokers[0]);
    return brokers[0];
  };

  const topicsOn = async (broker: number, volume: string): Promise<readonly string[]> => {
    const folders = await readdir(join(cluster.volume(`broker-${broker}`, volume), 'storage'));
    return names.filter((name) => folders.includes(`${name}-0`));
  };

  const make = async (params: Readonly<Record<string, string>>): Promise<readonly MadePhase[]> =>
    (await makePlan(cluster, 'disks', params)).recipe.phases;

  const look = async (): Promise<Detection> => {
    const detector = code.detectors?.['failed-disk'];
    assert.ok(detector);
    return detector.look({ service: cluster.view(), nowMs: Date.now(), signal: AbortSignal.timeout(10_000) });
  };

  /** The next checkpoint finds that nothing can be written there any more. */
  const fail = async (instance: string): Promise<void> => {
    const storage = join(cluster.volume(instance, 'kafka-data-1'), 'storage');
    await rm(storage, { recursive: true });
    await writeFile(storage, 'no folder');
  };

  const throttleOf = (broker: number): Promise<string | null> =>
    ownThrottle(nodeOf(client, cluster, `broker-${broker}`), broker, AbortSignal.timeout(5000));

  test('each disk has a log dir of its own, and the metadata is on the first alone', async () => {
    const { dirs, offline } = await disks(0);
    assert.deepEqual(
      dirs.map(({ volume, error }) => [volume, error]),
      [
        ['kafka-data', null],
        ['kafka-data-1', null],
      ],
    );
    assert.deepEqual(offline, []);
    const list = await print(cluster, 'disk list');
    assert.match(list, /^broker +disk +state +size +free +replicas/);
    assert.match(list, /^ +0 +kafka-data-1 +ok /m);
    assert.match(list, /^ +1 +kafka-data +ok /m);
    const ids = await Promise.all(
      ['kafka-data', 'kafka-data-1'].map(async (volume) => {
        const folder = join(cluster.volume('broker-0', volume), 'storage');
        const meta = await readFile(join(folder, 'meta.properties'), 'utf8');
        const hasMetadata = (await readdir(folder)).includes('__cluster_metadata-0');
        assert.equal(hasMetadata, volume === 'kafka-data' && !onZooKeeper);
        assert.match(meta, /^(node|broker)\.id=0$/m);
        return /^directory\.id=(.+)$/m.exec(meta)?.[1];
      }),
    );
    if (!onZooKeeper) assert.equal(new Set(ids).size, 2);
  });

  test('a replica moves to another log dir of its broker, and only there', async () => {
    for (const name of names) {
      if ((await topicsOn(0, 'kafka-data-1')).includes(name)) continue;
      const elsewhere = await topicsOn(1, 'kafka-data');
      const phases = await make({ broker: '0', topic: name, partition: '0', to: 'kafka-data-1', throttle: 'none' });
      assert.deepEqual(
        phases.map((each) => each.name),
        ['broker-0', 'end'],
      );
      await doSteps(cluster, { phases });
      assert.deepEqual(await topicsOn(1, 'kafka-data'), elsewhere);
    }
    assert.deepEqual(await topicsOn(0, 'kafka-data-1'), names);
    await untilReady(cluster, 10_000);
    const moved = make({ broker: '0', topic: 'alpha', partition: '0', to: 'kafka-data-1' });
    await assert.rejects(moved, { code: 'disk-refused', message: /alpha-0 is on kafka-data-1 of broker 0 already/ });
    const nowhere = make({ broker: '0', topic: 'alpha', partition: '0', to: 'kafka-data-7' });
    await assert.rejects(nowhere, {
      code: 'disk-refused',
      message: /no log dir kafka-data-7, it has kafka-data, kafka-data-1/,
    });
  });

  test('a run that is given up leaves its replicas where they were, and no throttle', async () => {
    const phases = await make({ broker: '0', throttle: '1000' });
    const [ends, others] = [phases.filter(({ cleanup }) => cleanup), phases.filter(({ cleanup }) => !cleanup)];
    for (const step of others.flatMap(({ steps = [] }) => steps)) {
      if (step.kind === 'call') await callStep(cluster, step);
      else {
        const reasons = await waitStep(cluster, step, { enough: (reason) => reason.includes('on their way') });
        const last = /^broker 0: 0 of 2 replicas moved; on their way: .* of \d.* records to go\)/;
        assert.match(reasons.at(-1) ?? '', last);
      }
    }
    assert.equal(await throttleOf(0), '1000');
    assert.match(await print(cluster, 'disk list', ['0']), /records to go/);
    await doSteps(cluster, { phases: ends });
    await doSteps(cluster, { phases: ends });
    assert.equal(await throttleOf(0), null);
    const { dirs } = await disks(0);
    assert.deepEqual(
      dirs.flatMap(({ coming }) => coming),
      [],
    );
    assert.deepEqual(await topicsOn(0, 'kafka-data-1'), names);
  });

  test('log dirs of each broker are evened by the fewest bytes, under a throttle that is taken away', async () => {
    const { spread } = await disks(0);
    assert.equal(spread, 1);
    const { recipe, review } = await makePlan(cluster, 'disks', { broker: '0' });
    assert.match(review.join('\n'), /broker 0 copies 2 replicas, .* at 47\.7 MiB\/s: .* kafka-data-1 -> kafka-data/);
    assert.match(review.join('\n'), /the log dir furthest from its share is 100 % off, then \d %/);
    await doSteps(cluster, recipe);
    const { spread: evened } = await disks(0);
    assert.ok(evened < 0.1, String(evened));
    assert.equal((await topicsOn(0, 'kafka-data')).length, 2);
    assert.equal(await throttleOf(0), null);
    await assert.rejects(make({ broker: '0' }), { code: 'already' });
    await untilReady(cluster, 10_000);
  });

  test('a log dir that fails takes its replicas offline, the broker stays up, and a good one brings them back', async () => {
    const lost = await topicsOn(0, 'kafka-data-1');
    assert.equal(lost.length, 2);
    await fail('broker-0');
    const isKnown = async (): Promise<boolean> =>
      (await disks(0)).offline.length === lost.length &&
      /not in sync in 2, a log dir has failed/.test(await print(cluster, 'broker list'));
    for (let round = 0; round < 300 && !(await isKnown()); round++) await sleep(100);
    const { dirs, offline } = await disks(0);
    assert.deepEqual(
      dirs.map(({ error }) => error),
      [null, 'KAFKA_STORAGE_ERROR'],
    );
    assert.deepEqual(offline, lost.map((name) => `${name}-0`).toSorted());
    assert.match(await print(cluster, 'disk list', ['0']), /^ +0 +kafka-data-1 +failed: KAFKA_STORAGE_ERROR /m);
    assert.match(await print(cluster, 'disk list', ['0']), /^broker 0: 2 replicas offline: /m);
    assert.match(await print(cluster, 'broker list'), /^ +0 .* not in sync in 2, a log dir has failed/m);
    const back = await askGate(cluster, 'in-sync', 'broker-0');
    assert.match(back.reason, /its log dir kafka-data-1 has failed: put the disk right and restart the broker/);
    const other = await askGate(cluster, 'stop-safe', 'broker-1');
    assert.equal(other.open, false);
    assert.match(
      other.reason,
      /waits for broker 0 to be in sync again; a log dir of broker 0 has failed \(disk list\)$/,
    );
    const detection = await look();
    assert.deepEqual([detection.on, detection.instance], [true, 'broker-0'], detection.reason);
    assert.match(
      detection.reason,
      /broker 0: its log dir kafka-data-1 has failed, and with it 2 replicas \(.*\); replace/,
    );
    await assert.rejects(make({ broker: '0', topic: lost[0] ?? '', partition: '0', to: 'kafka-data' }), {
      code: 'disk-refused',
      message: /has no replica of .*, or it is on a log dir that has failed/,
    });
    // Without the disk it starts all the same, and is not back.
    await cluster.end('broker-0', 'SIGTERM');
    await cluster.launch('broker-0');
    const isNamed = (answer: GateAnswer): boolean => /its log dir kafka-data-1 has failed/.test(answer.reason);
    await untilAnswer(() => askGate(cluster, 'in-sync', 'broker-0'), isNamed, 60_000).catch(withLog);
    assert.match(await cluster.log('broker-0'), /nothing can be written to kafka-data-1\/storage/);

    await cluster.end('broker-0', 'SIGTERM');
    await rm(join(cluster.volume('broker-0', 'kafka-data-1'), 'storage'));
    await cluster.launch('broker-0');
    await untilReady(cluster, 60_000).catch(withLog);
    assert.deepEqual((await disks(0)).offline, []);
    assert.deepEqual(await look(), { on: false, reason: 'no log dir has failed' });
    assert.equal((await topicsOn(0, 'kafka-data')).length + (await topicsOn(0, 'kafka-data-1')).length, names.length);
  });

  test('a broker that is replaced for a failed log dir begins with empty disks, and copies everything', async () => {
    await fail('broker-1');
    for (let round = 0; round < 300 && !(await look()).on; round++) await sleep(100);
    const { instance, reason } = await look();
    assert.equal(instance, 'broker-1', reason);
    await untilAnswer(() => askGate(cluster, 'replace-safe', 'broker-1'), isOpen, 10_000);
    await cluster.end('broker-1', 'SIGTERM');
    await cluster.wipe('broker-1');
    await cluster.launch('broker-1');
    await untilReady(cluster, 60_000);
    const { dirs, offline } = await disks(1);
    assert.deepEqual([dirs.map(({ error }) => error), offline], [[null, null], []]);
    assert.equal(
      dirs.reduce((sum, { replicas }) => sum + replicas, 0),
      names.length,
    );
  });
};

const options = { skip: missing ?? false, timeout: 240_000 };

describe('log dirs of Kafka 4.4.0', options, () => onVersion('4.4.0', false));
describe('log dirs of Kafka 3.9.2', options, () => onVersion('3.9.2', false));
describe('log dirs of Kafka 2.8.2 on ZooKeeper', options, () => onVersion('2.8.2', true));

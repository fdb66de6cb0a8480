/** Several log dirs for each broker, against a real Kafka: moves between them, and one that fails. */
import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Detection, MadePhase, ProbeAnswer } from '@warder/sdk';
import type { KafkaClient } from '../src/client/client.ts';
import type { DiskList } from '../src/disk/route.ts';
import { ownThrottle } from '../src/disk/throttle.ts';
import code from '../src/index.ts';
import { askGate, newClient, nodeOf, untilReady } from './asking.ts';
import { whyNoKafka } from './jars.ts';
import { LocalCluster } from './local-cluster.ts';
import { print, send } from './routes.ts';

const missing = whyNoKafka();
if (missing !== undefined) console.error(`SKIPPED: the tests of log dirs against a real Kafka: ${missing}`);

const names = ['alpha', 'beta', 'gamma', 'delta'];

const onVersion = (version: string): void => {
  let cluster: LocalCluster;
  let client: KafkaClient;

  before(async () => {
    cluster = await LocalCluster.start({ version, combined: true, brokers: 2, controllers: 1, disks: 2 });
    client = newClient();
    await untilReady(cluster, 60_000).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${(await cluster.log('broker-0')).slice(-2000)}`);
    });
    for (const name of names) await send(cluster, 'PUT', `/topics/${name}`, { partitions: '1', replication: '2' });
    await untilReady(cluster, 10_000);
    for (const name of names)
      await send(cluster, 'PUT', `/topics/${name}/operation/producer-test`, { messages: '1000' });
  });

  after(async () => {
    client?.close();
    await cluster?.stop();
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

  const make = async (params: Readonly<Record<string, string>>): Promise<readonly MadePhase[]> => {
    const context = { service: cluster.view(), params, signal: AbortSignal.timeout(10_000) };
    const made = await code.plans?.['disks']?.make(context);
    assert.ok(made);
    return made.phases;
  };

  const context = (args: unknown) => ({
    service: cluster.view(),
    args,
    runId: 'run-1',
    stepId: 'run-1.0.0',
    signal: AbortSignal.timeout(30_000),
    addPhases: () => assert.fail('no phase is added'),
  });

  /** Its calls one after the other; its waits are handed over. */
  const run = async (phases: readonly MadePhase[], waits: (ask: () => Promise<ProbeAnswer>) => Promise<void>) => {
    for (const step of phases.flatMap(({ steps = [] }) => steps)) {
      if (step.kind === 'call') await code.procedures?.[step.procedure]?.(context(step.args));
      else if (step.kind === 'wait') {
        const probe = code.probes?.[step.probe];
        assert.ok(probe);
        await waits(() => probe(context(step.args)));
      } else assert.fail(step.kind);
    }
  };

  const untilOpen = async (ask: () => Promise<ProbeAnswer>): Promise<void> => {
    for (let round = 0; round < 300; round++) {
      const answer = await ask();
      if (answer.open) return;
      assert.equal(answer.failed, undefined, answer.reason);
      await sleep(100);
    }
    assert.fail(`never open: ${(await ask()).reason}`);
  };

  const look = async (): Promise<Detection> => {
    const detector = code.detectors?.['failed-disk'];
    assert.ok(detector);
    return detector.look({ service: cluster.view(), nowMs: Date.now(), signal: AbortSignal.timeout(10_000) });
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
        assert.equal(hasMetadata, volume === 'kafka-data');
        return /^directory\.id=(.+)$/m.exec(meta)?.[1];
      }),
    );
    assert.equal(new Set(ids).size, 2);
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
      await run(phases, untilOpen);
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
    const args = phases.flatMap(({ steps = [] }) => steps).find(({ kind }) => kind === 'wait');
    assert.ok(args?.kind === 'wait');
    const [ends, others] = [phases.filter(({ cleanup }) => cleanup), phases.filter(({ cleanup }) => !cleanup)];
    let reason = '';
    await run(others, async (ask) => {
      for (let round = 0; round < 50 && !reason.includes('on their way'); round++) ({ reason } = await ask());
    });
    assert.match(reason, /^broker 0: 0 of 2 replicas moved; on their way: .* of \d.* records to go\)/);
    assert.equal(await throttleOf(0), '1000');
    assert.match(await print(cluster, 'disk list', ['0']), /records to go/);
    await run(ends, untilOpen);
    await run(ends, untilOpen);
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
    const phases = await make({ broker: '0' });
    const review = await code.plans?.['disks']?.review?.({
      service: cluster.view(),
      params: { broker: '0' },
      signal: AbortSignal.timeout(10_000),
    });
    assert.match(
      review?.join('\n') ?? '',
      /broker 0 copies 2 replicas, .* at 47\.7 MiB\/s: .* kafka-data-1 -> kafka-data/,
    );
    assert.match(review?.join('\n') ?? '', /the log dir furthest from its share is 100 % off, then \d %/);
    await run(phases, untilOpen);
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
    // The next checkpoint finds that nothing can be written there any more.
    await rm(join(cluster.volume('broker-0', 'kafka-data-1'), 'storage'), { recursive: true });
    await writeFile(join(cluster.volume('broker-0', 'kafka-data-1'), 'storage'), 'no folder');
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
    await cluster.end('broker-0', 'SIGTERM');
    await rm(join(cluster.volume('broker-0', 'kafka-data-1'), 'storage'));
    await cluster.launch('broker-0');
    await untilReady(cluster, 60_000);
    assert.deepEqual(await look(), { on: false, reason: 'no log dir has failed' });
    assert.deepEqual(await topicsOn(0, 'kafka-data-1'), lost, 'they are back where they belong');
    assert.deepEqual((await disks(0)).offline, []);
  });
};

describe('log dirs of Kafka 4', { skip: missing ?? false, timeout: 240_000 }, () => onVersion('4.4.0'));

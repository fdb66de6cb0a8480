/** A model read from a real Kafka, and moves made in it: four brokers, one of them empty. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { call, wait, type MadeRecipe, type MadeStep } from '@warder/sdk';
import { createTopics, type NewTopic } from '../src/client/api/create-topics.ts';
import type { KafkaClient } from '../src/client/client.ts';
import { modelOf } from '../src/model/model.ts';
import { readCluster } from '../src/model/read.ts';
import { electLeaders } from '../src/move/leaders.ts';
import { ratesNow } from '../src/move/rates.ts';
import { reassignments } from '../src/move/state.ts';
import { beginMoves } from '../src/move/submit.ts';
import type { MoveArgs } from '../src/move/steps.ts';
import { movesOf, tableOf } from '../src/move/table.ts';
import { readThrottles } from '../src/move/throttle.ts';
import { topicsOf, withCluster, type Cluster } from '../src/route/ask.ts';
import { newClient, untilReady } from './asking.ts';
import { whyNoKafka } from './jars.ts';
import { LocalCluster } from './local-cluster.ts';
import { LocalZooKeeper } from './local-zookeeper.ts';
import { until } from './part/given.ts';
import { print, send } from './routes.ts';
import { callStep, doSteps, makePlan, waitStep } from './steps.ts';

const missing = whyNoKafka();
if (missing !== undefined) console.error(`SKIPPED: the tests of moves in a real Kafka: ${missing}`);

for (const [version, kind] of [
  ['4.4.0', 'KRaft'],
  ['3.9.2', 'KRaft'],
  ['2.8.2', 'ZooKeeper'],
] as const)
  describe(`moves in Kafka ${version} on ${kind}`, { skip: missing ?? false, timeout: 240_000 }, () => {
    let zookeeper: LocalZooKeeper | undefined;
    let cluster: LocalCluster;
    let client: KafkaClient;

    const asked = <T>(work: (cluster: Cluster) => Promise<T>): Promise<T> =>
      withCluster({ service: cluster.view(), signal: AbortSignal.timeout(30_000) }, work);

    const create = async (topics: readonly NewTopic[]): Promise<void> => {
      const [created] = await asked(async (each) =>
        (await each.controller()).call(createTopics, { topics, timeoutMs: 5000 }),
      );
      assert.equal(created?.errorCode, 0);
    };

    const replicasOf = async (topic: string): Promise<readonly (readonly number[])[]> => {
      const { topics } = await asked((each) => topicsOf(each, [topic]));
      return (topics[0]?.partitions ?? []).toSorted((a, b) => a.index - b.index).map(({ replicas }) => replicas);
    };

    /** Nothing slows replication down, and nothing is under way. */
    const demandClean = (): Promise<void> =>
      asked(async (each) => {
        const { topics } = await topicsOf(each, null);
        const { rates, topics: lists } = await readThrottles(
          each,
          topics.map(({ name }) => name),
        );
        assert.deepEqual([[...rates], lists, [...(await reassignments(each))]], [[], [], []]);
      });

    before(async () => {
      if (kind === 'ZooKeeper') zookeeper = await LocalZooKeeper.start();
      const metadata = zookeeper === undefined ? {} : { zookeeper: zookeeper.connect };
      cluster = await LocalCluster.prepare({
        version,
        combined: kind === 'KRaft',
        brokers: 4,
        controllers: 1,
        ...metadata,
      });
      if (kind === 'ZooKeeper') await callStep(cluster, call('claim-chroot'));
      await Promise.all(cluster.view().instances.map(({ name }) => cluster.launch(name)));
      client = newClient();
      await untilReady(cluster, 90_000).catch(async (error: unknown) => {
        throw new Error(`${String(error)}\n${(await cluster.log('broker-0')).slice(-2000)}`);
      });
      const topics = [{ name: 'orders', partitions: 12, replication: 2, configs: {} }];
      await create(topics);
      await untilReady(cluster, 10_000);
      // Every broker is told of a topic in its own time, and any one of them is asked.
      let placed: readonly (readonly number[])[] = [];
      await until('its partitions are known', async () => {
        placed = await replicasOf('orders');
        return placed.length === 12;
      });
      // Broker 3 gives all it has away, so that it is as one that is new.
      const spread = placed.map((from, index) => ({
        topic: 'orders',
        index,
        from,
        to: [index % 3, (index + 1) % 3],
      }));
      await asked((each) => beginMoves(each, spread));
      await waitStep(cluster, wait('moves-done', { args: { moves: tableOf(spread) } }));
      await asked((each) => electLeaders(each, spread));
      await untilReady(cluster, 20_000);
      await send(cluster, 'PUT', '/topics/orders/operation/producer-test', { messages: '30000' });
    });

    after(async () => {
      client?.close();
      await cluster?.stop();
      await zookeeper?.stop();
    });

    test('the model has every broker, with rack, disk and state, and every partition, with size and rate', async () => {
      const signal = AbortSignal.timeout(30_000);
      const first = await readCluster(client, cluster.view(), signal);
      await send(cluster, 'PUT', '/topics/orders/operation/producer-test', { messages: '2000' });
      const second = await readCluster(client, cluster.view(), signal);
      const { brokers, partitions, leaders, notes } = modelOf(cluster.view(), second, first);
      assert.deepEqual(
        brokers.toSorted((a, b) => a.id - b.id).map(({ id, state }) => [id, state]),
        [0, 1, 2, 3].map((id) => [id, 'alive']),
      );
      // Brokers tell it since 3.3.
      assert.ok(brokers.every(({ diskBytes = 0 }) => diskBytes > 0 === (version !== '2.8.2')));
      const orders = partitions.filter(({ topic }) => topic === 'orders');
      assert.equal(orders.length, 12);
      assert.ok(
        orders.every(({ sizeBytes = 0 }) => sizeBytes > 1_000_000),
        JSON.stringify(orders),
      );
      const written = orders.reduce((sum, { inBytes = 0 }) => sum + inBytes, 0);
      const seconds = (second.atMs - first.atMs) / 1000;
      assert.ok(Math.abs(written * seconds - 2_000 * 1_100) < 400_000, `${written * seconds} bytes`);
      assert.equal(leaders.size, partitions.length);
      assert.match(notes.join(), /consumers read is not known/);
    });

    let recipe: MadeRecipe;
    const step = (name: string): MadeStep => {
      const found = recipe.phases
        .flatMap(({ steps = [] }) => steps)
        .find((each) => 'name' in each && each.name === name);
      if (found === undefined) throw new Error(`no step ${name}`);
      return found;
    };

    test('a new broker is given its share; what was shown is proposed again, although sizes change', async () => {
      const made = await makePlan(cluster, 'rebalance', { throttle: '2M' });
      const { review, report } = made;
      ({ recipe } = made);
      assert.match(report, /moves of .* MiB .* at least.*\n\nbroker +rack +disk/);
      assert.match(review.join('\n'), /how much consumers read is not known/);
      await send(cluster, 'PUT', '/topics/orders/operation/producer-test', { messages: '500' });
      const again = await makePlan(cluster, 'rebalance', { throttle: '2M' });
      assert.deepEqual(again.recipe, recipe);
    });

    test('a run that is cancelled in the middle leaves nothing: no move, no throttle', async () => {
      const before = await replicasOf('orders');
      await callStep(cluster, step('check-moves'));
      await callStep(cluster, step('set-throttle'));
      await callStep(cluster, step('set-throttle'));
      await callStep(cluster, step('begin-moves'));
      const underWay = await asked(reassignments);
      assert.ok(underWay.size > 0, 'nothing is under way');
      const reasons = await waitStep(cluster, step('moves-done'), { enough: (reason) => /throttled to/.test(reason) });
      assert.match(reasons.at(-1) ?? '', /^\d of 5 partitions, .* of 13\.\d MiB/);
      await assert.rejects(makePlan(cluster, 'rebalance', { band: '5' }), {
        code: 'rebalance-refused',
        message: /somebody else moves \d+ partitions .*; replication is throttled by somebody else at brokers/,
      });
      const ended = (await callStep(cluster, step('end-moves'))) as { readonly givenUp: number };
      assert.equal(ended.givenUp, underWay.size);
      await demandClean();
      assert.deepEqual(await replicasOf('orders'), before);
      await callStep(cluster, step('end-moves'));
      await demandClean();
    });

    test('given up after any of its calls, each of which was made twice, it leaves nothing', async () => {
      const before = await replicasOf('orders');
      const made = await makePlan(cluster, 'rebalance', { throttle: '1M', brokers: '3' });
      const calls = made.recipe.phases.flatMap(({ steps = [] }) => steps).filter(({ kind }) => kind === 'call');
      const end = calls.at(-1);
      assert.ok(calls.length >= 5 && end?.kind === 'call');
      const { moves } = end.args as MoveArgs;
      const wanted = new Map(
        movesOf(moves).flatMap(({ topic, index, to }) => (topic === 'orders' ? [[index, to]] : [])),
      );
      recipe = made.recipe;
      for (let done = 1; done < calls.length; done += 1) {
        // The check is for the beginning.
        for (const each of calls.slice(1, done)) {
          await callStep(cluster, each);
          await callStep(cluster, each);
        }
        await callStep(cluster, end);
        await demandClean();
        // A small one may be done by then: it stays. None is half-way, or in another order.
        for (const [index, own] of (await replicasOf('orders')).entries()) {
          const possible = [before[index], wanted.get(index) ?? before[index]];
          assert.ok(
            possible.some((each) => isDeepStrictEqual(each, own)),
            `${index} after ${done} calls: ${own.join()}`,
          );
        }
      }
    });

    test('a broker that dies in the middle is named; its copy is given up and its throttle taken away without it', async () => {
      const made = await makePlan(cluster, 'rebalance', { throttle: '1M', brokers: '3' });
      recipe = made.recipe;
      await callStep(cluster, step('set-throttle'));
      await callStep(cluster, step('begin-moves'));
      await callStep(cluster, step('begin-moves'));
      await cluster.end('broker-3', 'SIGKILL');
      const reasons = await waitStep(cluster, step('moves-done'), {
        enough: (reason) => /broker 3 not in/.test(reason),
      });
      assert.match(reasons.at(-1) ?? '', /their copies wait for them/);
      // Without controllers of their own only the broker itself can be told that there is no throttle any more.
      const end = callStep(cluster, step('end-moves'));
      if (kind === 'ZooKeeper') await assert.rejects(end, /broker 3 cannot be told that there is no throttle any more/);
      else await end;
      await cluster.launch('broker-3');
      await untilReady(cluster, 90_000);
      if (kind === 'ZooKeeper') await callStep(cluster, step('end-moves'));
      await demandClean();
    });

    test('a topic that is deleted in the middle is left out, and does not hold up the others', async () => {
      const topics = [{ name: 'gone', partitions: 1, replication: 1, configs: {} }];
      await create(topics);
      await untilReady(cluster, 20_000);
      const [from = []] = await replicasOf('gone');
      const orders = await replicasOf('orders');
      const to = [3, 0, 1].filter((id) => !from.includes(id)).slice(0, 1);
      // Wherever those before it have left it, it is not there.
      const [first = [], second = []] = orders;
      const elsewhere = [0, 1, 2, 3].filter((id) => !second.includes(id));
      const moves = tableOf([
        { topic: 'gone', index: 0, from, to },
        { topic: 'orders', index: 0, from: [1, 0], to: first },
        { topic: 'orders', index: 1, from: elsewhere, to: [...elsewhere.slice(0, 1), ...second.slice(0, 1)] },
      ]);
      const args = { moves, rate: 1_000_000 };
      await callStep(cluster, call('set-throttle', { args }));
      await send(cluster, 'DELETE', '/topics/gone');
      const begun = await callStep(cluster, call('begin-moves', { args }));
      assert.deepEqual(begun, {
        begun: 0,
        done: 1,
        leftOut: ['gone-0 (gone)', 'orders-1 (changed by somebody else)'],
      });
      const reasons = await waitStep(cluster, wait('moves-done', { args }));
      assert.match(
        reasons.at(-1) ?? '',
        /1 of 3 partitions.*left out: gone-0 \(gone\), orders-1 \(changed by somebody else\)/,
      );
      await callStep(cluster, call('end-moves', { args }));
      await demandClean();
    });

    test('the throttle can be changed while it is set, and taken away by hand', async () => {
      const moves = tableOf([{ topic: 'orders', index: 0, from: [0, 1], to: [2, 3] }]);
      const args = { moves, rate: 1_000_000 };
      await callStep(cluster, call('set-throttle', { args }));
      assert.match(await print(cluster, 'rebalance throttle', ['3M']), /^brokers 0, 1, 2, 3: 2\.9 MiB\/s for copies/);
      assert.deepEqual(await asked(ratesNow), new Map([0, 1, 2, 3].map((id) => [id, 3_000_000])));
      assert.match(await print(cluster, 'rebalance throttle', ['none']), /taken away from 4 brokers and 1 topic$/);
      await demandClean();
      await callStep(cluster, call('end-moves', { args }));
      await demandClean();
      await assert.rejects(print(cluster, 'rebalance throttle', ['3M']), { code: 'throttle-none' });
    });

    test('done to the end it is balanced, the first replicas lead, and nothing is left', async () => {
      const again = await makePlan(cluster, 'rebalance', { throttle: '50M' });
      await doSteps(cluster, again.recipe);
      await demandClean();
      const has = (await replicasOf('orders')).flat().filter((id) => id === 3).length;
      assert.ok(has >= 5 && has <= 7, `broker 3 has ${has} replicas of 24`);
      await assert.rejects(makePlan(cluster, 'rebalance', { throttle: '50M' }), { code: 'already' });
    });

    test('a broker is emptied, internal topics and all', async () => {
      const { recipe: emptied, report } = await makePlan(cluster, 'rebalance', { empty: '3', throttle: '50M' });
      assert.match(report, /\n3 .* -> 0 B .* -> 0$/m);
      await doSteps(cluster, emptied);
      await demandClean();
      const { partitions } = await readCluster(client, cluster.view(), AbortSignal.timeout(30_000));
      assert.deepEqual(
        partitions.filter(({ replicas }) => replicas.includes(3)),
        [],
      );
    });
  });

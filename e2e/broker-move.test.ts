/**
 * A broker of a real Kafka goes to another agent, and starts empty where it is, under load: it catches up under a throttle that
 * is there meanwhile and gone afterwards, also after a cancel and over a kill of the server. What cannot be is refused.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHome, until } from './home.ts';
import {
  configsOf,
  demandNothingLeft,
  heldOf,
  killServer,
  openMoving,
  partitionsOf,
  serversOf,
  skip,
  version,
} from './moving.ts';
import { story } from './upgrading.ts';

const PARTITIONS = 6;
const PATIENCE_MS = 120_000;

type Placed = readonly { readonly name: string; readonly agent: string }[];
type DryRun = { readonly hash: string; readonly report?: string };

const byId = (a: number, b: number): number => a - b;

test(`move and replace of a broker of Kafka ${version}`, { skip, timeout: 600_000 }, async (t) => {
  const home = createHome('broker-move');
  const { kafka, settleLedger } = await openMoving(t, home, {
    brokers: { count: 3, placement: 'hostname:MAX_PER:2' },
    partitions: PARTITIONS,
    bulkReplicas: 3,
    rate: 200,
  });
  const part = story(t);
  const broker = (...args: readonly string[]) => kafka.run('broker', ...args);
  const demandInSync = async (): Promise<void> => {
    for (const { isr, replicas } of (await partitionsOf(kafka, ['orders', 'bulk'])).values())
      assert.deepEqual(isr.toSorted(byId), replicas.toSorted(byId));
  };
  const catchingUp = (plan: string): Promise<string> =>
    until(
      'it catches up',
      async () => {
        const steps = (await kafka.plan(plan)).phases.flatMap((each) => each.steps);
        return steps.find(({ message }) => /partitions, .* of .*throttled to/.test(message))?.message;
      },
      PATIENCE_MS,
    );
  const others = (ids: readonly string[]): readonly string[] => ids.filter((id) => !id.includes('broker-1-'));
  const agentOf = async (instance: string): Promise<string> =>
    (await kafka.json<Placed>('task', 'list')).find(({ name }) => name === `${instance}-server`)?.agent ?? '';
  const refused = async (why: RegExp, ...args: readonly string[]): Promise<void> => {
    const ran = await broker(...args);
    assert.notEqual(ran.code, 0, ran.stdout);
    assert.match(ran.stderr, why);
  };

  await kafka.ok('topic', 'producer-test', 'bulk', '20000');
  const [home1, target] = [await agentOf('broker-1'), await agentOf('broker-2')];

  await part('what cannot be is refused before anything is done, with the reason', async () => {
    await refused(/there is no broker 7: there are 0, 1, 2/, 'move', '7', '--dry-run');
    await refused(/there is no agent nowhere: there are /, 'move', '1', '--to', 'nowhere', '--dry-run');
    assert.match((await broker('move', '1', '--to', home1, '--dry-run')).stdout, /broker-1 is on .* already/);
    await home.ok('agent', 'cordon', target);
    await refused(/is cordoned: nothing new is placed on it/, 'move', '1', '--to', target);
    await home.ok('agent', 'uncordon', target);
    await kafka.ok('topic', 'create', 'single', '--partitions', '3', '--replication', '1');
    await refused(/has the last in-sync replica of 1 partition/, 'replace', '1');
    await kafka.ok('topic', 'delete', 'single');
  });

  await part('it goes to the named agent with its id, throttled meanwhile, although the server is killed', async () => {
    const before = await serversOf(kafka);
    const asked = ['move', '1', '--to', target, '--throttle', '300k'];
    const shown = await broker(...asked, '--dry-run');
    assert.equal(shown.code, 0, shown.stderr);
    assert.ok(shown.stdout.includes(`replaced, with empty volumes, on ${target}`), shown.stdout);
    t.diagnostic(shown.stdout);
    const [, copied = '0'] = /bytes of replicas moved ([\d,]+)/.exec(shown.stdout) ?? [];
    assert.ok(Number(copied.replaceAll(',', '')) > 1_000_000, shown.stdout);
    const { hash } = await kafka.json<DryRun>('broker', ...asked, '--dry-run');
    const begun = await broker(...asked, '--approve', hash);
    assert.equal(begun.code, 0, begun.stderr);
    t.diagnostic(await catchingUp('move-broker'));
    const rates = await heldOf(kafka);
    assert.equal(rates.filter(({ brokers }) => brokers.join() === '0,1,2').length, 2, JSON.stringify(rates));
    const { 'follower.replication.throttled.replicas': slowed } = await configsOf(kafka, 'bulk');
    assert.deepEqual(
      slowed?.split(','),
      Array.from({ length: PARTITIONS }, (_, index) => `${index}:1`),
    );
    await killServer(home);
    t.diagnostic(await catchingUp('move-broker'));
    await kafka.ok('rebalance', 'throttle', '80M');
    await kafka.reaches('move-broker', 'COMPLETE', PATIENCE_MS);
    assert.equal(await agentOf('broker-1'), target);
    assert.deepEqual(others(await serversOf(kafka)), others(before), 'all others run on');
    await demandInSync();
    await demandNothingLeft(kafka);
  });

  await part('no rule of the brokers is broken by a move', async () => {
    await refused(/2 of broker on hostname .*, at most 2 may be there/, 'move', '0', '--to', target);
  });

  await part('it starts empty where there is room, and a cancel leaves no throttle', async () => {
    // One that is away is told by the controllers.
    await kafka.ok('pod', 'pause', 'broker-1');
    await kafka.reaches('pause', 'COMPLETE', PATIENCE_MS);
    const ran = await broker('replace', '1', '--throttle', '300k');
    assert.equal(ran.code, 0, ran.stderr);
    t.diagnostic(await catchingUp('replace-broker'));
    await kafka.ok('plan', 'cancel', 'replace-broker');
    await kafka.reaches('replace-broker', 'CANCELLED', PATIENCE_MS);
    await demandNothingLeft(kafka);
    await until('it is in sync', () => demandInSync().then(() => true), PATIENCE_MS);
  });

  await part('without a name it goes to any other agent', async () => {
    const from = await agentOf('broker-1');
    await until(
      'all brokers lead and are in sync',
      async () => ((await broker('move', '1', '--dry-run')).code === 0 ? true : undefined),
      PATIENCE_MS,
    );
    const ran = await broker('move', '1', '--wait');
    assert.equal(ran.code, 0, ran.stderr);
    assert.notEqual(await agentOf('broker-1'), from);
    await demandInSync();
    await demandNothingLeft(kafka);
  });

  await part('nothing that was acknowledged is lost', () => settleLedger());
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstanceView, ServiceView } from '@warder/sdk';
import { fakeBroker } from '../../test/fake-broker.ts';
import { skeleton } from '../../test/skeleton.ts';
import { dueOf, phasesOf, reviewOf, upgradePlan } from './plan.ts';
import { behindProblems, tightProblems } from './preflight.ts';
import { releaseOf } from './release.ts';
import { upgradeProbes, upgradeProcedures } from './steps.ts';
import { readWish, type Wish } from './wish.ts';

const wish = (from: string, to: string): Wish => ({ from, to, soakMs: 5000, acceptsPauses: false });

const plan = (from: string, to: string, levels: Readonly<Record<string, number>>) => {
  const finalised = new Map(Object.entries(levels));
  const due = dueOf({ from, to }, finalised);
  const phases = phasesOf(wish(from, to), due, { finalised });
  const steps = phases.flatMap((phase) => phase.steps ?? []);
  return { phases, steps, review: reviewOf({ from, to }, due) };
};

const names = ({ phases }: ReturnType<typeof plan>): readonly string[] => phases.map(({ name }) => name);

test('everything in order: binaries, soak, then the features behind an approval, for good', () => {
  const up = plan('3.9.2', '4.4.0', { 'metadata.version': 21 });
  assert.deepEqual(names(up), ['pre-flight', 'binaries', 'soak', 'features']);
  assert.deepEqual(
    up.steps.map(({ kind }) => kind),
    ['call', 'configure', 'wait', 'call', 'approve', 'call', 'wait'],
  );
  const stage = up.steps.find(({ kind }) => kind === 'configure');
  assert.deepEqual(stage, { kind: 'configure', name: 'kafka-4.4.0', change: { version: '4.4.0' } });
  const soak = up.steps.find(({ kind }) => kind === 'wait');
  assert.ok(soak?.kind === 'wait' && soak.soakMs === 5000);
  const oneWay = up.steps.filter((step) => 'oneWay' in step && step.oneWay !== undefined);
  assert.deepEqual(
    oneWay.map((step) => 'name' in step && step.name),
    ['finalise-features'],
    'there is a way back until then',
  );
  const door = up.steps.find(({ kind }) => kind === 'approve');
  assert.match(door?.kind === 'approve' ? door.text : '', /metadata\.version 21 -> 33, .*for good, Kafka 3\.9\.2/);
  assert.match(up.review.join('\n'), /clients must be 2\.1 or newer/);
});

test('what has nothing to do is left out, and the dry run says so', () => {
  const same = { 'metadata.version': 33, 'transaction.version': 2, 'group.version': 1 };
  const newest = { ...same, 'eligible.leader.replicas.version': 1, 'share.version': 2, 'streams.version': 1 };
  const finalised = plan('4.3.1', '4.4.0', newest);
  assert.deepEqual(names(finalised), ['pre-flight', 'binaries', 'soak']);
  assert.match(finalised.review.join('\n'), /nothing is finalised/);
  const rest = plan('4.4.0', '4.4.0', { ...newest, 'metadata.version': 30 });
  assert.deepEqual(names(rest), ['pre-flight', 'features']);
  assert.match(rest.review.join('\n'), /no roll/);
});

test('a way back changes no level', () => {
  const down = plan('4.4.0', '4.3.1', { 'metadata.version': 21 });
  assert.deepEqual(names(down), ['pre-flight', 'binaries', 'soak']);
  assert.match(down.review.join('\n'), /a way back leaves the features as they are/);
});

test('topics without a replica to spare are named, unless that is accepted', () => {
  const of = (topic: string, replicas: readonly number[]) => ({ topic, index: 0, leader: 0, replicas, isr: replicas });
  const partitions = [of('fine', [0, 1, 2]), of('alone', [0]), of('tight', [0, 1])];
  const needs = new Map([
    ['fine', 2],
    ['alone', 1],
    ['tight', 2],
  ]);
  assert.match(
    tightProblems(partitions, needs, { acceptsPauses: false }).join(),
    /^2 topics cannot stay available: alone, tight have/,
  );
  assert.deepEqual(tightProblems(partitions, needs, { acceptsPauses: true }), []);
});

test('whoever a roll did not reach that was given up is brought there first; half a roll may go back', () => {
  const node = (instance: string, version: string) => {
    const supported = new Map(Object.entries(releaseOf(version).levels).map(([name, max]) => [name, { min: 0, max }]));
    return { instance, errorCode: 0, supported, finalised: new Map<string, number>() };
  };
  const nodes = [node('broker-0', '4.4.0'), node('broker-1', '4.3.1'), node('broker-2', '3.9.2')];
  const stuck = ['not on Kafka 4.4.0 yet: broker-1, broker-2; bring it everywhere first (plan start update)'];
  assert.deepEqual(behindProblems({ from: '4.4.0', to: '4.4.0' }, { nodes }), stuck);
  assert.deepEqual(behindProblems({ from: '4.3.1', to: '4.4.0' }, { nodes: nodes.slice(0, 2) }), []);
  assert.deepEqual(behindProblems({ from: '4.4.0', to: '4.3.1' }, { nodes }), []);
});

const service = async (instances: readonly InstanceView[] = []): Promise<ServiceView> => ({
  name: 'kafka',
  uid: '0'.repeat(32),
  version: '4.4.0',
  options: { controllers: { combined: true, count: 1 }, brokers: { count: 1 } },
  spec: await skeleton({ combined: true, brokers: 1, controllers: 1 }),
  instances,
});

test('parameters are checked', async () => {
  const view = await service();
  assert.deepEqual(readWish(view, { to: '4.4.0' }), {
    from: '4.4.0',
    to: '4.4.0',
    soakMs: 60_000,
    acceptsPauses: false,
  });
  assert.throws(() => readWish(view, {}), { code: 'param-invalid' });
  assert.throws(() => readWish(view, { to: '4.4.0', soak: '1m' }), { code: 'param-invalid' });
  assert.throws(() => readWish(view, { to: '4.4.0', unavailable: 'yes' }), { code: 'param-invalid' });
  assert.throws(() => readWish(view, { to: '9.9.9' }), { code: 'kafka-version' });
});

test('a version that has no ZooKeeper any more, or has nothing else, is refused', async () => {
  const view = await service();
  const make = (change: Partial<ServiceView>, to: string) =>
    upgradePlan.make({ service: { ...view, ...change }, params: { to }, signal: AbortSignal.timeout(5000) });
  const zookeeper = { options: { kafka: { metadata: 'zookeeper' }, zookeeper: { connect: 'a:1' } }, version: '2.8.2' };
  await assert.rejects(make({ ...zookeeper, version: '3.9.2' }, '4.4.0'), {
    code: 'upgrade-refused',
    message: /Kafka 4\.4\.0 has no ZooKeeper any more: go to 3\.9, then migrate .*\(warder kafka migrate\)/,
  });
  await assert.rejects(make({ version: '3.9.2' }, '2.8.2'), { code: 'upgrade-refused', message: /in ZooKeeper only/ });
});

test('features are raised only when every node knows them, and final only when every node goes by them', async (t) => {
  const newest = {
    'metadata.version': 33,
    'transaction.version': 2,
    'group.version': 1,
    'eligible.leader.replicas.version': 1,
    'share.version': 2,
    'streams.version': 1,
  };
  const at = async (features: Readonly<Record<string, number>>) => {
    const broker = await fakeBroker({ offers: { 18: { min: 0, max: 3 } }, features, answer: () => 'drop' });
    t.after(() => broker.close());
    const instance: InstanceView = {
      name: 'broker-0',
      pod: 'broker',
      index: 0,
      address: '127.0.0.1',
      ports: { client: broker.address.port, quorum: broker.address.port },
      tasks: [{ id: 't', name: 'server', state: 'RUNNING', ready: true }],
    };
    const context = { args: wish('3.9.2', '4.4.0'), runId: 'run-1', stepId: 'run-1.0.0' };
    return { ...context, service: await service([instance]), signal: AbortSignal.timeout(5000), addPhases: () => {} };
  };
  const final = upgradeProbes['features-final'];
  const finalise = upgradeProcedures['finalise-features'];
  assert.ok(final && finalise);
  assert.equal((await final(await at(newest))).open, true);
  assert.deepEqual(await finalise(await at(newest)), { levels: 'they are final already' });
  const old = await at({ ...newest, 'metadata.version': 30 });
  assert.deepEqual(await final(old), { open: false, reason: 'broker-0 goes by metadata.version 30 still' });
  await assert.rejects(finalise(old), /^Error: broker-0 does not know metadata\.version 33$/);
});

test('who has gone back by himself is told to end the upgrade', async () => {
  const context = { args: wish('3.9.2', '4.4.0'), runId: 'run-1', stepId: 'run-1.0.0', addPhases: () => {} };
  const back = { ...(await service()), version: '4.3.1' };
  const asked = { ...context, service: back, signal: AbortSignal.timeout(5000) };
  const well = await upgradeProbes['cluster-well']?.(asked);
  assert.equal((await upgradeProbes['brokers-well']?.(asked))?.reason, well?.reason, 'on ZooKeeper as well');
  assert.match(
    well?.reason ?? '',
    /^Kafka 4\.3\.1 is wanted by now, not 4\.4\.0: end this run \(plan cancel upgrade\)/,
  );
  await assert.rejects(async () => upgradeProcedures['finalise-features']?.(asked), /plan cancel upgrade/);
});

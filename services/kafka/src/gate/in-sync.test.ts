/** The first deployment, when there is nobody yet to be asked; the rest is tried on a real Kafka in test/. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { Writer } from '@platformatic/kafka';
import type { GateAnswer, InstanceView, ServiceView } from '@warder/sdk';
import { fakeBroker } from '../../test/fake-broker.ts';
import { skeleton } from '../../test/skeleton.ts';
import { inSync } from './in-sync.ts';
import { replaceSafe } from './replace-safe.ts';
import { stopSafe } from './stop-safe.ts';

const shape = { combined: false, brokers: 1, controllers: 3 };

/** A controller that has elected nobody. */
const leaderless = () =>
  Writer.create()
    .appendInt16(6)
    .appendArray([], () => undefined)
    .appendTaggedFields();

const serviceOf = async (instances: readonly InstanceView[]): Promise<ServiceView> => ({
  name: 'kafka',
  uid: '0'.repeat(32),
  version: '4.4.0',
  options: { controllers: { combined: false, count: 3 } },
  spec: await skeleton(shape),
  instances,
});

const instance = (pod: string, index: number, port: number, launched: boolean): InstanceView => ({
  name: `${pod}-${index}`,
  pod,
  index,
  address: '127.0.0.1',
  ports: { [pod === 'controller' ? 'quorum' : 'client']: port },
  tasks: launched ? [{ id: 't', name: 'server', state: 'RUNNING', ready: true }] : [],
});

const ask = async (gate: typeof inSync, instances: readonly InstanceView[]): Promise<GateAnswer> => {
  const [first] = instances;
  assert.ok(first);
  const service = await serviceOf(instances);
  const signal = new AbortController().signal;
  return gate({ service, instance: first, moment: 'start', pending: [], together: [], stepId: 'run-1.0.0', signal });
};

const port = async (t: TestContext): Promise<number> => {
  const broker = await fakeBroker({ offers: { 55: { min: 0, max: 0 } }, answer: leaderless });
  t.after(() => broker.close());
  return broker.address.port;
};

test('the first of three controllers does not wait for a leader that it cannot elect alone', async (t) => {
  const own = await port(t);
  const alone = [0, 1, 2].map((index) => instance('controller', index, index === 0 ? own : 1, index === 0));
  const answer = await ask(inSync, alone);
  assert.equal(answer.open, true, answer.reason);
  assert.match(answer.reason, /a leader takes 2 controllers, 1 started so far/);
});

test('when a majority was started, a leader is waited for', async (t) => {
  const own = await port(t);
  const other = await port(t);
  const ports = [own, other, 1];
  const answer = await ask(
    inSync,
    ports.map((each, index) => instance('controller', index, each, index < 2)),
  );
  assert.equal(answer.open, false);
  assert.match(answer.reason, /no controller leads: .*NOT_LEADER.*it waits until they have elected one/);
});

test('a controller that does not answer is not ready', async () => {
  const answer = await ask(inSync, [instance('controller', 0, 1, true)]);
  assert.deepEqual(answer, { open: false, reason: 'controller 1000 does not answer yet' });
});

test('a broker that does not answer is not ready, and is not stopped or replaced blindly', async () => {
  const broker = [instance('broker', 0, 1, true)];
  const [ready, stop, replace] = await Promise.all([
    ask(inSync, broker),
    ask(stopSafe, broker),
    ask(replaceSafe, broker),
  ]);
  assert.match(ready.reason, /broker 0 does not answer yet \(.*ECONNREFUSED/);
  assert.match(stop.reason, /no broker answers: broker-0 \(/);
  assert.match(replace.reason, /no broker answers/);
  assert.ok(!ready.open && !stop.open && !replace.open);
});

test('what was never started keeps nothing', async () => {
  const answer = await ask(replaceSafe, [instance('broker', 0, 1, false)]);
  assert.equal(answer.open, true);
});

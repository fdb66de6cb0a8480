import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { NewConfig, Offer, PodSpec, TaskSpec } from '@warder/core';
import type { Engine, EngineEvent, EngineTask, Launch } from '@warder/engine';
import { openMemoryStore } from '@warder/store';
import { systemClock } from './clock.ts';
import { hostHere } from './code/host.ts';
import { openScheduler, type Scheduler, type SchedulerOptions } from './scheduler.ts';
import type { SecretReader } from './secret.ts';

const offer: Offer = {
  agentId: 'agent-0',
  hostname: 'host-0',
  address: '10.0.0.7',
  attributes: {},
  state: 'up',
  cpus: 8,
  memoryMiB: 8_192,
  diskMiB: 10_000,
  ports: [{ begin: 31_000, end: 31_999 }],
};

/** One agent that runs what it is given at once, and writes down in which order it was told what. */
function writtenEngine() {
  const told: string[] = [];
  const launches: Launch[] = [];
  let tell: (event: EngineEvent) => void = () => undefined;
  const status = (taskId: string, state: 'RUNNING' | 'KILLED'): void =>
    tell({ type: 'status', status: { taskId, agentId: 'agent-0', state, ready: state === 'RUNNING' } });
  const nothing = async (): Promise<never> => Promise.reject(new Error('not in this test'));
  const engine: Engine = {
    kind: 'test',
    capabilities: {
      offers: 'held',
      reservations: 'full',
      ports: 'per-host',
      statuses: 'level',
      isolation: [],
      vips: false,
      features: ['secrets', 'transport-encryption'],
    },
    agents: () => [],
    close: async () => undefined,
    open: async (_service, listener) => {
      tell = (event) => queueMicrotask(() => listener(event));
      tell({ type: 'offer', offer });
      return {
        launch: (launch) => {
          launches.push(launch);
          told.push(`launch ${launch.tasks.map(({ name }) => name).join()}`);
          tell({ type: 'operation', operationId: launch.operationId, ok: true });
          for (const { taskId } of launch.tasks) status(taskId, 'RUNNING');
        },
        kill: (taskId) => {
          told.push(`kill ${taskId.split('__')[1]}`);
          status(taskId, 'KILLED');
        },
        release: (operationId, { instance }) => {
          told.push(`release ${instance}`);
          tell({ type: 'operation', operationId, ok: true });
        },
        reconcile: () => void told.push('reconcile'),
        logs: () => ({ [Symbol.asyncIterator]: () => ({ next: nothing }) }),
        exec: nothing,
        list: nothing,
        read: nothing,
        vips: () => [],
        close: async () => undefined,
        purge: async () => undefined,
      };
    },
  };
  const taskOf = (at = -1): EngineTask => {
    const found = launches.at(at)?.tasks[0];
    assert.ok(found, 'nothing was launched');
    return found;
  };
  return { engine, told, launches, taskOf };
}

/** Secrets in memory, that the test can change. */
function secretsOf(values: Record<string, string>): SecretReader & { readonly set: (change: object) => void } {
  const listeners = new Set<() => void>();
  return {
    paths: () => Object.keys(values),
    read: async (path) => (values[path] === undefined ? undefined : Buffer.from(values[path])),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    set: (change) => {
      Object.assign(values, change);
      for (const listener of listeners) listener();
    },
  };
}

function configOf(pod: Partial<PodSpec>, task: Partial<TaskSpec> = {}): NewConfig {
  const set = { name: 'main', cpus: 1, memoryMiB: 64, ports: [], volumes: [] };
  const server: TaskSpec = {
    name: 'server',
    goal: 'RUNNING',
    essential: true,
    cmd: 'serve',
    env: {},
    configs: [],
    resourceSet: 'main',
    killGraceMs: 1_000,
    labels: {},
    ...task,
  };
  const whole: PodSpec = {
    name: 'node',
    count: 1,
    allowDecommission: false,
    uris: [],
    rlimits: [],
    gates: { stop: [], replace: [], start: [] },
    resourceSets: [set],
    tasks: [server],
    ...pod,
  };
  const spec = { name: 'demo', user: 'nobody', pods: [whole], plans: [] };
  return { spec, given: {}, options: {}, packageVersion: '1', version: '1' };
}

async function open(t: TestContext, engine: Engine, options: Partial<SchedulerOptions>): Promise<Scheduler> {
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const create = { packageName: 'demo', uid: '0'.repeat(32) };
  const store = openMemoryStore();
  const scheduler = await openScheduler({
    name: 'demo',
    store,
    engine,
    host: hostHere({}),
    clock: systemClock,
    log: quiet,
    create,
    ...options,
  });
  t.after(() => scheduler.close());
  return scheduler;
}

const configure = async (scheduler: Scheduler, config: NewConfig): Promise<void> => {
  const answer = await scheduler.request('test', { type: 'configure', config });
  assert.ok(answer.ok, JSON.stringify(answer));
};

async function until(what: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + 5_000;
  while (!what()) {
    assert.ok(Date.now() < deadlineMs, `still not: ${what.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const text = (secrets: EngineTask['secrets']) =>
  secrets?.map(({ value, ...rest }) => ({ ...rest, value: Buffer.from(value).toString() }));

test('a task is given its secrets as variables, files or both; without a place to be, at their path', async (t) => {
  const { engine, launches, taskOf } = writtenEngine();
  const scheduler = await open(t, engine, { secrets: secretsOf({ 'demo/a': 'one', b: 'two' }) });
  const secrets = [
    { name: 's1', secret: 'demo/a', envKey: 'A', file: 'files/a' },
    { name: 's2', secret: 'b', envKey: 'B' },
    { name: 's3', secret: 'demo/a', file: 'again' },
    { name: 's4', secret: 'demo/a' },
  ];
  await configure(scheduler, configOf({ secrets }));
  await until(() => launches.length > 0);
  assert.deepEqual(text(taskOf().secrets), [
    { envKey: 'A', file: 'files/a', value: 'one' },
    { envKey: 'B', value: 'two' },
    { file: 'again', value: 'one' },
    { file: 'demo/a', value: 'one' },
  ]);
  assert.equal(JSON.stringify({ ...taskOf(), secrets: [] }).includes('one'), false);
});

test('a config file whose template shows a secret is a secret itself', async (t) => {
  const { engine, launches, taskOf } = writtenEngine();
  const scheduler = await open(t, engine, { secrets: secretsOf({ a: 'one' }) });
  const configs = [
    { name: 'with', dest: 'with.conf', template: 'password={{A}}' },
    { name: 'without', dest: 'without.conf', template: 'name={{TASK_NAME}}' },
  ];
  await configure(scheduler, configOf({ secrets: [{ name: 's', secret: 'a', envKey: 'A' }] }, { configs }));
  await until(() => launches.length > 0);
  assert.deepEqual(
    taskOf().files.map(({ content }) => content),
    ['name=node-0-server'],
  );
  assert.deepEqual(text(taskOf().secrets), [
    { envKey: 'A', value: 'one' },
    { file: 'with.conf', value: 'password=one' },
  ]);
});

test('a missing secret is waited for, and its value is read anew at each launch', async (t) => {
  const { engine, told, launches, taskOf } = writtenEngine();
  const secrets = secretsOf({});
  const scheduler = await open(t, engine, { secrets });
  await configure(scheduler, configOf({ secrets: [{ name: 's', secret: 'a' }] }));
  const step = () => [...scheduler.state.steps.values()].at(-1);
  assert.match(step()?.reason?.text ?? '', /the secret a is missing: warder secret put a$/);
  assert.deepEqual(told, ['reconcile']);
  secrets.set({ a: 'one' });
  await until(() => launches.length === 1);
  secrets.set({ a: 'two' });
  await scheduler.request('test', { type: 'pod-restart', instance: 'node-0', force: false });
  await until(() => launches.length === 2);
  assert.deepEqual(text(taskOf().secrets), [{ file: 'a', value: 'two' }]);
  assert.equal(JSON.stringify([...scheduler.state.steps.values()]).includes('two'), false);
});

test('what cannot be a variable says so, without its value', async (t) => {
  const { engine, launches } = writtenEngine();
  const scheduler = await open(t, engine, { secrets: secretsOf({ a: 'hush\0hush' }) });
  await configure(scheduler, configOf({ secrets: [{ name: 's', secret: 'a', envKey: 'A' }] }));
  const said = () => [...scheduler.state.steps.values()].map(({ reason }) => reason?.text).join();
  await until(() => said().includes('zero byte'));
  assert.match(said(), /the secret a cannot be the variable A: it holds a zero byte; use a file/);
  assert.equal(said().includes('hush'), false);
  assert.equal(launches.length, 0);
});

test('a kill never overtakes the launch of its task, however long its keys take', async (t) => {
  const { engine, told, launches, taskOf } = writtenEngine();
  const made = Promise.withResolvers<void>();
  const asked: unknown[] = [];
  const scheduler = await open(t, engine, {
    certificates: async (wanted) => {
      asked.push(wanted);
      await made.promise;
      return [{ file: 'tls.key', value: Buffer.from('key') }];
    },
  });
  const transportEncryption = [{ name: 'tls', type: 'TLS' as const }];
  await configure(scheduler, configOf({}, { transportEncryption }));
  await until(() => asked.length === 1);
  const run = await scheduler.request('test', { type: 'uninstall' });
  assert.ok(run.ok);
  assert.deepEqual(told, ['reconcile'], 'the kill waits for the launch');
  made.resolve();
  await scheduler.ended;
  assert.deepEqual(told, ['reconcile', 'launch node-0-server', 'kill node-0-server', 'release node-0']);
  assert.deepEqual(text(taskOf(0).secrets), [{ file: 'tls.key', value: 'key' }]);
  assert.partialDeepStrictEqual(asked[0], { task: 'node-0-server', service: 'demo', address: '10.0.0.7' });
  assert.equal(launches.length, 1);
});

test('certificates that cannot be made are a reason to wait, and are asked for again', async (t) => {
  const { engine, launches } = writtenEngine();
  let tries = 0;
  const scheduler = await open(t, engine, {
    certificates: async () => {
      tries += 1;
      if (tries === 1) throw new Error('the certificate authority has ended');
      return [];
    },
  });
  const transportEncryption = [{ name: 'tls', type: 'KEYSTORE' as const }];
  await configure(scheduler, configOf({}, { transportEncryption }));
  await until(() => launches.length === 1);
  assert.equal(tries, 2);
});

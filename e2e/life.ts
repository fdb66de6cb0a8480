/** What is done with a service of the given specs while it is installed, and what must come of it. */
import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Home } from './home.ts';
import { until } from './home.ts';
import type { RunSeen, Service } from './service.ts';

export type Life = (service: Service, home: Home) => Promise<unknown>;

const DEPLOY_MAX_MS = 120_000;

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

export const deployed: Life = (service) => service.reaches('deploy', 'COMPLETE', DEPLOY_MAX_MS);

const running = async (service: Service): Promise<readonly string[]> =>
  (await service.tasks()).flatMap(({ name, state }) => (state === 'RUNNING' ? [name] : [])).toSorted();

/** What a task has written, also one that has ended. */
const logOf = ({ path }: Home, taskId: string): string =>
  globSync(join(path, 'engine', 'tasks', taskId, '**', 'stdout'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('');

const stepsOf = (run: RunSeen): RunSeen['phases'][number]['steps'] => run.phases.flatMap(({ steps }) => steps);

/** A step of the newest run of a plan says this. */
export const says = (service: Service, plan: string, text: RegExp): Promise<string> =>
  until(`a step of ${plan} says ${text}`, async () => {
    const messages = stepsOf(await service.plan(plan)).map(({ message }) => message);
    const found = messages.find((message) => text.test(message));
    if (found === undefined) throw new Error(messages.join('; '));
    return found;
  });

const statusIs = (service: Service, plan: string, status: string): Promise<RunSeen> =>
  until(`a step of ${plan} is ${status}`, async () => {
    const run = await service.plan(plan);
    if (stepsOf(run).some((step) => step.status === status)) return run;
    throw new Error(JSON.stringify(run.phases));
  });

/** It waits for its secrets, says so, and goes on once they are there. */
export const withSecrets =
  (...paths: readonly string[]): Life =>
  async (service, home) => {
    await says(service, 'deploy', new RegExp(paths[0] ?? ''));
    const folder = mkdtempSync(join(tmpdir(), 'warder-value-'));
    const file = join(folder, 'value');
    writeFileSync(file, 'a value', { mode: 0o600 });
    for (const path of paths) await home.ok('secret', 'put', path, '--file', file);
    rmSync(folder, { recursive: true });
    await deployed(service, home);
  };

export const canary: Life = async (service) => {
  await service.reaches('deploy', 'WAITING');
  await service.ok('plan', 'resume', 'deploy', 'world-deploy');
  await sleep(1_000);
  assert.deepEqual(await running(service), [], 'the later phase is only ready for its turn');
  await service.ok('plan', 'resume', 'deploy', 'hello-deploy');
  await until('the canary runs', async () => ((await running(service)).length > 0 ? true : undefined));
  await sleep(1_000);
  assert.deepEqual(await running(service), ['hello-0-server']);
  await service.ok('plan', 'resume', 'deploy', 'hello-deploy');
  const ready = ['hello-0-server', 'hello-1-server', 'world-0-server'];
  await until('the canary of the later phase runs', async () =>
    (await running(service)).length >= 3 ? true : undefined,
  );
  await sleep(1_000);
  assert.deepEqual(await running(service), ready);
  await service.ok('plan', 'resume', 'deploy', 'world-deploy');
  await service.reaches('deploy', 'COMPLETE', DEPLOY_MAX_MS);
  assert.deepEqual(await running(service), [...ready, 'world-1-server']);
};

export const crashLoop: Life = async (service) => {
  await statusIs(service, 'deploy', 'DELAYED');
  await statusIs(service, 'deploy', 'STARTED');
  await statusIs(service, 'deploy', 'DELAYED');
  await says(service, 'deploy', /failed \d+ times, tries again at .*exit code 1/);
  await service.ok('plan', 'force-complete', 'deploy', 'crash', 'hello-0:[server]');
  await service.reaches('deploy', 'COMPLETE');
  await statusIs(service, 'recovery', 'DELAYED');
};

/** Its tasks are to run and end at once: they are started ever more slowly. */
export const endsAtOnce: Life = async (service) => {
  await until('it is tried later again', async () => {
    const plans = await service.json<readonly string[]>('plan', 'list');
    for (const plan of plans) {
      if (!['deploy', 'recovery'].includes(plan)) continue;
      if (stepsOf(await service.plan(plan)).some(({ status }) => status === 'DELAYED')) return true;
    }
    return undefined;
  });
};

export const discovery: Life = async (service, home) => {
  await deployed(service, home);
  const lines = await service.lines('hello-0-server', 'output');
  assert.equal(lines.length, 1, 'the name leads to the one that runs, in a working directory of its own');
};

export const finishes: Life = async (service, home) => {
  await deployed(service, home);
  assert.equal((await service.task('world-0-finish')).state, 'FINISHED');
  assert.deepEqual(await running(service), ['hello-0-server', 'hello-1-server', 'world-0-server']);
};

export const graceful: Life = async (service, home) => {
  await deployed(service, home);
  const before = await service.task('hello-0-server');
  await service.ok('pod', 'restart', 'hello-0');
  await service.reaches('restart', 'COMPLETE');
  assert.match(logOf(home, before.id), /received SIGTERM[^]*all clean, peace out/);
};

export const hostVolumes: Life = async (service, home) => {
  await deployed(service, home);
  const mounts = await service.lines('world-0-server', 'world-container-path/output');
  for (const path of ['host-volume-etc', 'host-volume-var']) {
    assert.ok(
      mounts.some((line) => line.includes(path)),
      path,
    );
  }
};

export const multistep: Life = async (service, home) => {
  await deployed(service, home);
  const { phases } = await service.plan('deploy');
  assert.deepEqual(
    phases[0]?.steps.map(({ name }) => name),
    ['hello-0:[first]', 'hello-0:[second]'],
  );
};

export const manualPlans: Life = async (service, home) => {
  await deployed(service, home);
  // Pods that only other plans launch are not missed.
  assert.equal((await home.run('service', 'list')).stdout.match(/hw-plan .*healthy/)?.length, 1);
  const plans = ['manual-plan-0', 'manual-plan-1', 'manual-plan-2'];
  await Promise.all(plans.map((plan) => service.ok('plan', 'start', plan)));
  await Promise.all(plans.map((plan) => service.reaches(plan, 'COMPLETE')));
};

export const sidecars: Life = async (service, home) => {
  await deployed(service, home);
  const before = await service.task('hello-0-server');
  await service.ok('plan', 'start', 'sidecar');
  await service.reaches('sidecar', 'COMPLETE');
  await service.ok('plan', 'start', 'sidecar-parameterized', '-p', 'PLAN_PARAMETER=parameterized');
  await service.reaches('sidecar-parameterized', 'COMPLETE');
  const lines = await service.lines('hello-0-server', 'hello-container-path/output');
  assert.deepEqual(lines, ['hello-0-server', 'I run only once', 'sidecar', 'parameterized']);
  await service.ok('plan', 'start', 'sidecar-toxic');
  await statusIs(service, 'sidecar-toxic', 'DELAYED');
  assert.ok(!(await service.json<readonly string[]>('plan', 'list')).includes('recovery'), 'nothing is recovered');
  assert.equal((await service.task('hello-0-server')).id, before.id);
};

/** The default service: what changes restarts, and nothing else does. */
export const sanity: Life = async (service, home) => {
  await deployed(service, home);
  const ids = async (): Promise<ReadonlyMap<string, string>> =>
    new Map((await service.tasks()).map(({ name, id }) => [name, id]));
  const changed = async (...settings: readonly string[]): Promise<readonly string[]> => {
    const before = await ids();
    await service.update(...settings);
    await service.reaches('update', 'COMPLETE');
    const after = await ids();
    return [...new Set([...before.keys(), ...after.keys()])]
      .filter((name) => before.get(name) !== after.get(name))
      .toSorted();
  };
  assert.deepEqual(await changed('hello.cpus=0.15'), ['hello-0-server']);
  assert.deepEqual(await changed('world.cpus=0.25'), ['world-0-server', 'world-1-server']);
  assert.deepEqual(await changed('world.count=3'), ['world-2-server']);
  assert.deepEqual(await changed('world.count=2'), ['world-2-server']);
};

export const taskConfig: Life = async (service, home) => {
  await deployed(service, home);
  assert.deepEqual(await service.lines('hello-0-server', 'hello-container-path/hello-file'), ['hello-0']);
  assert.deepEqual(await service.lines('world-1-server', 'world-container-path/all-file'), ['world-1']);
};

export const profile: Life = async (service, home) => {
  await says(service, 'deploy', /foobar\.json \(put a profile there/);
  const file = join(home.path, 'seccomp', 'foobar.json');
  writeFileSync(file, JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW' }), { mode: 0o600 });
  await deployed(service, home);
};

export const brokers: Life = async (service, home) => {
  await deployed(service, home);
  const [line] = (await service.lines('kafka-1-broker', 'kafka_2.12-2.4.0/config/server.properties')).filter((text) =>
    text.startsWith('broker.id='),
  );
  assert.equal(line, 'broker.id=1');
};

/** Every spec that dcos-commons gave, on the real local engine: installed, deployed, lived with, and gone without a trace. */
import assert from 'node:assert/strict';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixtureAsItIs, fixtures, fixturesHere, helloworld, helloworldHere, kafka, noGiven, specs } from './given.ts';
import { createHome } from './home.ts';
import { leftOf } from './jail.ts';
import { kafkaHere } from './kafka-package.ts';
import * as life from './life.ts';
import type { Life } from './life.ts';
import { serviceOf } from './service.ts';
import { needs } from './skip.ts';

const skip = noGiven || needs('root', 'runc', 'ip');

/** More than this machine has: cpus are a weight, and all of it sleeps. */
const agents = [
  ...Array.from({ length: 8 }, (_, at) => `name: agent-${at}, attributes: { zone: zone-${at % 4} }`),
  'name: reserved, role: base-role',
].map((agent) => `  - { ${agent}, cpus: 16, memory: 8000, disk: 30000 }\n`);

/** How many services there are at one time. */
const AT_ONCE = 4;

/** One spec, how it is installed, and what comes of it: a life, or what it is refused for. */
type Given = {
  readonly what: string;
  readonly name: string;
  readonly from: string;
  readonly settings: readonly string[];
  readonly ends: Life | readonly RegExp[];
};

const secret = (name: string, ...paths: readonly string[]): readonly string[] =>
  paths.map((path) => `${path}=hw-${name}/s`);

function helloworlds(here: string): readonly Given[] {
  const given = (
    what: string,
    ends: Given['ends'] = life.deployed,
    from = helloworld,
    ...settings: readonly string[]
  ): Given => {
    const base = what.replace(/\.yml.*/, '');
    const name = `hw-${base.replaceAll('_', '-')}${from === here ? '-here' : ''}`;
    return { what, name, from, settings: [`warder.spec=${base}.yml`, ...settings], ends };
  };
  const image = /needs images, which this engine cannot do/;
  const network = /needs networks, which this engine cannot do/;
  const secrets = ['hello.secret1', 'hello.secret2', 'world.secret1', 'world.secret2', 'world.secret3'];
  const assets = ['jre-tar-gz', 'keystore-app-zip'].map(
    (name) => `resource.assets.uris.${name}=file://${join(here, 'files', name)}`,
  );
  const steps = ['DEPLOY_STRATEGY=parallel', 'DEPLOY_STEPS=[[first], [second, third]]'].map(
    (value) => `warder.env.${value}`,
  );
  const files = ['ALL_SLEEP_DURATION=1000', 'ALL_OUTPUT_FILENAME=all-file', 'HELLO_OUTPUT_FILENAME=hello-file'].map(
    (value) => `warder.env.TASKCFG_${value}`,
  );
  return [
    given(
      'canary.yml: canary phases are let go by a person, the canary first and then the rest',
      life.canary,
      helloworld,
      'hello.count=2',
      'world.count=2',
    ),
    given(
      'crash-loop.yml: STARTED and DELAYED take turns, and once it is forced complete the recovery goes on so',
      life.crashLoop,
      helloworld,
      'service.sleep=1',
    ),
    given(
      'custom_steps.yml: steps as the environment says; tasks that end at once are started ever more slowly',
      life.endsAtOnce,
      helloworld,
      ...steps,
    ),
    given('discovery.yml: the prefix leads to whichever task of the instance runs', life.discovery, here),
    given('finish_state.yml: a FINISH task is a phase of its own', life.finishes),
    given(
      'graceful-shutdown.yml: a restart gives the task its grace time',
      life.graceful,
      here,
      'hello.kill_grace_period=10',
    ),
    given('host-volume.yml is refused for its image', [/pods\.hello\.image/, image]),
    given('host-volume.yml: folders of the host are seen inside', life.hostVolumes, here),
    given('marathon_constraint.yml: placement comes from the options'),
    given('multistep_plan.yml: each task is a step', life.multistep),
    given('nonessential_tasks.yml: deployed'),
    given('pause.yml: deployed'),
    given('plan.yml: three manual plans at the same time', life.manualPlans),
    given('pod-mount-volume.yml: deployed'),
    given(
      'secrets.yml is refused for its images',
      [/pods\.hello\.image/, image],
      helloworld,
      ...secret('secrets', ...secrets),
    ),
    given(
      'secrets.yml: waits for its secrets, says so, and goes on by itself',
      life.withSecrets('hw-secrets-here/s'),
      here,
      ...secret('secrets-here', ...secrets),
    ),
    given('sidecar.yml: plans beside the deploy, with parameters; one that fails recovers nothing', life.sidecars),
    given('simple.yml: deployed'),
    given('svc.yml: a change restarts what it is about; world grows and shrinks', life.sanity),
    given('taskcfg.yml: TASKCFG reaches the tasks that it names', life.taskConfig, helloworld, ...files),
    given(
      'tls.yml is refused for its images and networks',
      [/pods\.nginx\.image/, image, /pods\.keystore\.networks/, /pods\.nginx\.networks/, network],
      helloworld,
      ...assets,
    ),
    given('tls.yml: certificates and key stores are there', life.deployed, here, ...assets),
    given('uri.yml: files are fetched before the task starts', life.deployed, here),
  ];
}

function resources(from: string): readonly Given[] {
  const given = (
    base: string,
    ends: Given['ends'] = life.deployed,
    name = `fx-${base}`,
    ...settings: readonly string[]
  ): Given => ({
    what: `${base}.yml: ${typeof ends === 'function' ? 'deployed' : 'refused'}`,
    name,
    from,
    settings: [`warder.spec=${base}.yml`, ...settings],
    ends,
  });
  const needsA = (...features: readonly string[]): readonly RegExp[] =>
    features.map((feature) => new RegExp(`needs ${feature}, which this engine cannot do`));
  const spec = (words: RegExp): readonly RegExp[] => [/options-invalid/, words];
  return [
    given('custom-phases', life.deployed, 'fx-custom-phases', 'warder.env.HELLO_CPUS=0.1'),
    given('readiness-check'),
    given('resource-refinement'),
    given('seccomp-profile-name', life.profile),
    given('shared-resource-set'),
    given('test-render-inverted', life.deployed, 'fx-test-render-inverted', 'warder.env.ENABLED='),
    given('test', spec(/`pods` is missing/)),
    given('valid-customzk'),
    given('valid-exhaustive', [...needsA('networks', 'gpus'), /names the pod journal, which the spec has not/]),
    given('valid-finished', spec(/the goal `FINISHED` no longer exists/)),
    given('valid-gpu-resourceset', needsA('gpus')),
    given('valid-image', needsA('images')),
    given('valid-minimal-networks-docker', needsA('images', 'networks')),
    given('valid-minimal-overlay', needsA('networks')),
    given('valid-minimal-volume'),
    given('valid-multiple-ports'),
    given('valid-networks-port-mapping', needsA('networks')),
    given('valid-port-healthcheck'),
    given('valid-port-readinesscheck'),
    given('valid-resource-limits-empty'),
    given('valid-resource-limits-in-task'),
    given('valid-secrets-env', life.withSecrets('hello-world/hello/somePath/secret1'), 'hello-world/hello/somePath'),
    given('valid-shared-memory-pod'),
    given('valid-simple'),
    given('valid-task-labels'),
  ];
}

/** What the name of an invalid fixture says, in the words of its refusal. */
const invalid: Readonly<Record<string, RegExp>> = {
  'invalid-duplicate-container-definition': /host-ports/,
  'invalid-duplicate-port-names': /across-pods/,
  'invalid-image-null': /image/,
  'invalid-network-labels-format': /networks\.dcos\.labels/,
  'invalid-plan-steps': /steps/,
  'invalid-resource-limits-in-resource-set': /resource-limits\.cpus/,
  'invalid-rlimit-name': /RLIMIT_NONSENSE/,
  'invalid-scalar-disk-resource': /size/,
  'invalid-seccomp-info': /seccomp-unconfined/,
  'invalid-share-parent-shm-size': /shm-size/,
  'invalid-task-kill-grace-period-seconds': /kill-grace-period/,
  'invalid-task-labels-format': /labels/,
  'invalid-task-resources': /meta-data-task/,
  'invalid-volume-and-volumes': /volume/,
};

const invalids = (from: string): readonly Given[] =>
  Object.entries(invalid).map(([base, words]) => ({
    what: `${base}.yml is refused for the reason in its name`,
    name: `fx-${base}`,
    from,
    settings: [`warder.spec=${base}.yml`],
    ends: [/options-invalid/, words],
  }));

/** What this machine has left of a service whose name nothing else begins with. */
const leftOfService = (home: string, name: string): readonly string[] => [
  ...leftOf(home).filter((line) => line.includes(`${name}__`)),
  ...globSync(`/sys/fs/cgroup/{,*/}{,*/}{,*/}${name}__*`),
];

test('every given spec on the real local engine', { timeout: 900_000, skip }, async (t) => {
  const home = createHome('conformance');
  const folder = mkdtempSync(join(tmpdir(), 'warder-given-'));
  writeFileSync(join(home.path, 'agents.yml'), `agents:\n${agents.join('')}`);
  mkdirSync(join(home.path, 'seccomp'), { mode: 0o700 });
  const fixtureFolder = fixturesHere(join(folder, 'resources'));
  const brokers = kafkaHere(join(folder, 'kafka'));
  const all: readonly Given[] = [
    ...helloworlds(helloworldHere(join(folder, 'helloworld'))),
    ...resources(fixtureFolder),
    ...invalids(fixtureFolder),
    {
      what: 'a fixture as it is: what its command lacks is told',
      name: 'hello-world',
      from: fixtureAsItIs(join(folder, 'as-it-is'), 'readiness-check.yml'),
      settings: [],
      ends: (service) => life.says(service, 'deploy', /exit code 127: a command was not found/),
    },
    {
      what: 'the Kafka package: brokers start one after the other',
      name: 'kafka-dcos',
      from: kafka,
      settings: brokers,
      ends: life.brokers,
    },
    {
      what: 'the Kafka package waits for what it cannot fetch, and says what and why',
      name: 'kafka-away',
      from: kafka,
      settings: [...brokers, 'resource.assets.uris.kafka-tgz=http://127.0.0.1:59998/kafka.tgz'],
      ends: (service) =>
        life.says(service, 'deploy', /fetching http:\/\/127\.0\.0\.1:59998\/kafka\.tgz: attempt \d failed/),
    },
  ];

  const live = async ({ name, from, settings, ends }: Given): Promise<void> => {
    const options = settings.flatMap((setting) => ['--set', setting]);
    const ran = await home.run('package', 'install', '--from', from, '--name', name, '--no-wait', ...options);
    if (typeof ends === 'function') {
      assert.equal(ran.code, 0, ran.stderr);
      try {
        await ends(serviceOf(home, name), home);
      } finally {
        await home.ok('package', 'uninstall', name, '--yes');
      }
    } else {
      assert.notEqual(ran.code, 0, ran.stdout);
      for (const words of [...ends, /^next: /m]) assert.match(ran.stderr, words);
    }
    const services = await home.json<readonly { readonly name: string }[]>('service', 'list');
    assert.ok(!services.some((service) => service.name === name));
    assert.deepEqual(leftOfService(home.path, encodeURIComponent(name)), []);
  };

  try {
    await home.ok('server', 'start');
    await t.test('all of them', { concurrency: AT_ONCE }, async (each) => {
      await Promise.all(all.map((given) => each.test(given.what, () => live(given))));
    });
    await t.test('none of the given files was forgotten', () => {
      const tried = new Set(all.map(({ what }) => what.replace(/\.yml.*/, '.yml')));
      assert.deepEqual(
        [...specs(), ...fixtures()].filter((file) => !tried.has(file)),
        [],
      );
    });
    await t.test('nothing is left of any of them', async () => {
      assert.deepEqual(await home.json('service', 'list'), []);
      assert.deepEqual(leftOf(home.path), []);
    });
  } finally {
    await home.end();
    rmSync(folder, { recursive: true, force: true });
  }
});

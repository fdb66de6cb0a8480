/** The given specs under every fault of the simulator: safety at every moment, then everything comes to its end. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ServiceSpec } from '@warder/core';
import { simulateSpec } from '@warder/sim';
import { loadPackage, parseSpec, specOf } from '@warder/spec';
import { fixtures, helloworld, noGiven, root, specs } from './given.ts';

const SEEDS = 6;

/** What the options of the package leave open. */
const env = {
  DEPLOY_STRATEGY: 'parallel',
  DEPLOY_STEPS: '[[first], [second, third]]',
  ...Object.fromEntries(
    ['HELLO_SECRET1', 'HELLO_SECRET2', 'WORLD_SECRET1', 'WORLD_SECRET2', 'WORLD_SECRET3'].map((name) => [name, 's']),
  ),
  JAVA_URI: 'https://example.org/jre.tar.gz',
  KEYSTORE_APP_URI: 'https://example.org/keystore-app.zip',
};

function ofHelloworld(file: string): ServiceSpec {
  const loaded = loadPackage(helloworld);
  assert.ok('package' in loaded);
  const options = { warder: { spec: file, env }, hello: { count: 2 } };
  const made = specOf(loaded.package, { name: 'given', options, uid: '0' });
  assert.ok('spec' in made, 'problems' in made ? JSON.stringify(made.problems) : '');
  return made.spec;
}

function ofFixture(file: string): ServiceSpec {
  const text = readFileSync(join(root, 'resources', file), 'utf8');
  const view = { HELLO_CPUS: '0.1', ENABLED: '' };
  const parsed = parseSpec({ text, file, view, readTemplate: () => '' });
  assert.ok('spec' in parsed, file);
  return { ...parsed.spec, name: 'given' };
}

/** Plans that name pods that there are not, no pods at all, a goal of old. */
const unfit = ['test.yml', 'valid-exhaustive.yml', 'valid-finished.yml'];

test('every given spec in the storms of the simulator', { skip: noGiven, timeout: 300_000 }, async (t) => {
  const all = [
    ...specs().map((file) => [file, ofHelloworld(file)] as const),
    ...fixtures()
      .filter((file) => !file.startsWith('invalid-') && !unfit.includes(file))
      .map((file) => [file, ofFixture(file)] as const),
  ];
  let crashes = 0;
  for (const [file, spec] of all) {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const outcome = await simulateSpec(seed, spec);
      crashes += outcome.crashes;
      assert.deepEqual(outcome.failures, [], `${file}, seed ${seed}`);
    }
  }
  t.diagnostic(`${all.length} specs, ${SEEDS} seeds each, ${crashes} crashes`);
});

test('a spec that can never be as it says is found out', { skip: noGiven }, async () => {
  const spec = ofHelloworld('simple.yml');
  const pods = spec.pods.map((pod) => ({
    ...pod,
    placement: { kind: 'is', field: 'zone', value: 'nowhere', not: false } as const,
  }));
  const { failures } = await simulateSpec(1, { ...spec, pods });
  assert.match(failures.join(), /after the storm: .*hello-0-server does not run as it should/);
});

/** The real spec files of dcos-commons, unchanged, as they lie beside the checkout. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { parseSpec } from './parse-spec.ts';
import { formatProblem } from './problem.ts';
import type { Problem, ProblemCode } from './problem.ts';
import { env, root, skip, specFiles, template } from './test-fixture.ts';

const problemsOf = (folder: string, file: string): readonly Problem[] => {
  const text = readFileSync(join(root, folder, file), 'utf8');
  const result = parseSpec({ text, file, view: env, readTemplate: () => template });
  return 'problems' in result ? result.problems : [];
};

const shown = (problems: readonly Problem[]): string => problems.map(formatProblem).join('\n');

test('every helloworld spec is accepted', { skip }, () => {
  const files = specFiles('helloworld');
  assert.equal(files.length, 20);
  for (const file of files) assert.equal(shown(problemsOf('helloworld', file)), '', file);
});

test('every valid fixture is accepted', { skip }, (t) => {
  // `test.yml` is for the loader of dcos-commons alone: it has no pods.
  const valid = specFiles('resources').filter((file) => !(file in invalid) && file !== 'test.yml');
  for (const file of valid) assert.equal(shown(problemsOf('resources', file)), '', file);
  t.diagnostic(`resources: ${valid.length} valid fixtures, all accepted`);
});

/** The reason in the name of the file: a code and what the message must speak of. */
const invalid: Readonly<Record<string, { code: ProblemCode; path: RegExp }>> = {
  'invalid-duplicate-container-definition.yml': { code: 'conflict', path: /networks\.test\.host-ports$/ },
  'invalid-duplicate-port-names.yml': { code: 'duplicate-name', path: /\.ports\.across-pods$/ },
  'invalid-image-null.yml': { code: 'bad-format', path: /\.image$/ },
  'invalid-network-labels-format.yml': { code: 'bad-format', path: /networks\.dcos\.labels$/ },
  'invalid-plan-steps.yml': { code: 'step-conflict', path: /\.steps/ },
  'invalid-resource-limits-in-resource-set.yml': { code: 'out-of-range', path: /\.resource-limits\.cpus$/ },
  'invalid-rlimit-name.yml': { code: 'unknown-key', path: /\.RLIMIT_NONSENSE$/ },
  'invalid-scalar-disk-resource.yml': { code: 'out-of-range', path: /\.size$/ },
  'invalid-seccomp-info.yml': { code: 'conflict', path: /\.seccomp-unconfined$/ },
  'invalid-share-parent-shm-size.yml': { code: 'conflict', path: /baz\.shm-size$/ },
  'invalid-task-kill-grace-period-seconds.yml': { code: 'out-of-range', path: /\.kill-grace-period$/ },
  'invalid-task-labels-format.yml': { code: 'bad-format', path: /\.labels$/ },
  'invalid-task-resources.yml': { code: 'no-resources', path: /\.meta-data-task$/ },
  'invalid-volume-and-volumes.yml': { code: 'conflict', path: /\.volume$/ },
  'valid-finished.yml': { code: 'out-of-range', path: /\.goal$/ },
};

test('every invalid fixture is refused for the reason in its name', { skip }, (t) => {
  for (const [file, { code, path }] of Object.entries(invalid)) {
    const problems = problemsOf('resources', file);
    const found = problems.some((problem) => problem.code === code && path.test(problem.path ?? ''));
    assert.ok(found, `${file}:\n${shown(problems)}`);
    for (const problem of problems)
      assert.ok((problem.where?.line ?? 0) > 1, `${file} has no place:\n${shown(problems)}`);
  }
  const named = specFiles('resources').filter((file) => file.startsWith('invalid-'));
  assert.deepEqual(
    named.filter((file) => !(file in invalid)),
    [],
    'every invalid file has its reason here',
  );
  t.diagnostic(`resources: ${Object.keys(invalid).length} invalid fixtures, all refused`);
});

test('the spec of the Kafka package is read when its options ask for plain brokers', { skip }, () => {
  const text = readFileSync(join(root, 'kafka/svc.yml'), 'utf8');
  const names = [...text.matchAll(/\{\{[{&]?\s*([A-Z_]+)/g)].map((found) => found[1] ?? '');
  const numbers = /COUNT|CPUS|MEM|SIZE|HEAP|PORT|SOFT|HARD|INTERVAL|DELAY|TIMEOUT|PERIOD/;
  const values = names.map((name) => [
    name,
    numbers.test(name) ? '9' : name.endsWith('_URI') ? `https://example.org/${name}` : 'x',
  ]);
  const view = {
    ...Object.fromEntries(values),
    BROKER_DISK_TYPE: 'ROOT',
    PLACEMENT_CONSTRAINTS: '',
    DEPLOY_STRATEGY: 'serial',
    BROKER_VOLUME_PROFILE: '',
  };
  const readTemplate = (path: string): string => readFileSync(join(root, 'kafka', path), 'utf8');
  const result = parseSpec({ text, file: 'svc.yml', view, readTemplate });
  assert.ok('spec' in result, 'problems' in result ? shown(result.problems) : '');
  assert.deepEqual(
    result.spec.pods[0]?.resourceSets[0]?.ports.map((port) => port.name),
    ['broker'],
  );
});

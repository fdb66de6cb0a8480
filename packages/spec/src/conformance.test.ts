/** The real spec files of dcos-commons, unchanged, as they lie beside the checkout. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { parseSpec } from './parse-spec.ts';
import { formatProblem } from './problem.ts';
import type { Problem, ProblemCode } from './problem.ts';

const root = join(import.meta.dirname, '../../../../shared/conformance/dcos-commons');
const skip = existsSync(root) ? false : `the conformance files are not beside the checkout (${root})`;

const podEnv = (pod: string): Record<string, string> => ({
  [`${pod}_COUNT`]: '2',
  [`${pod}_CPUS`]: '0.1',
  [`${pod}_MEM`]: '256',
  [`${pod}_DISK`]: '25',
  [`${pod}_PLACEMENT`]: '[["hostname", "UNIQUE"]]',
  [`${pod}_KILL_GRACE_PERIOD`]: '3',
  [`${pod}_RLIMIT_NOFILE_SOFT`]: '1024',
  [`${pod}_RLIMIT_NOFILE_HARD`]: '2048',
  [`${pod}_READINESS_CHECK_INTERVAL`]: '5',
  [`${pod}_READINESS_CHECK_DELAY`]: '0',
  [`${pod}_READINESS_CHECK_TIMEOUT`]: '10',
  [`${pod}_LABELS`]: 'label1:label1-value',
  [`${pod}_SECRET1`]: 'some/secret1',
  [`${pod}_SECRET2`]: 'some/secret2',
  [`${pod}_SECRET3`]: 'some/secret3',
});

const env = {
  ...podEnv('HELLO'),
  ...podEnv('WORLD'),
  FRAMEWORK_NAME: 'hello-world',
  FRAMEWORK_USER: 'nobody',
  FRAMEWORK_PRINCIPAL: 'hello-world-principal',
  SLEEP_DURATION: '1000',
  DEPLOY_STRATEGY: 'parallel',
  DEPLOY_STEPS: '[[first], [second, third]]',
  DISCOVERY_TASK_PREFIX: 'discovery',
  JAVA_URI: 'https://example.org/jre.tar.gz',
  BOOTSTRAP_URI: 'https://example.org/bootstrap.zip',
  KEYSTORE_APP_URI: 'https://example.org/keystore-app.zip',
  KEYSTORE_APP_VERSION: '1',
  NGINX_CONTAINER_VERSION: '1',
  ENABLED: 'false',
};

const problemsOf = (folder: string, file: string): readonly Problem[] => {
  const text = readFileSync(join(root, folder, file), 'utf8');
  const result = parseSpec({ text, file, view: env, readTemplate: () => 'a={{b}}' });
  return 'problems' in result ? result.problems : [];
};

const specFiles = (folder: string): readonly string[] =>
  readdirSync(join(root, folder)).filter((file) => file.endsWith('.yml'));

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

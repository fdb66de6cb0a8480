/** The packages of DC/OS as they are: options, through marathon.json.mustache, into the spec. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { Options } from '../options/schema.ts';
import { checkPackage } from '../package/check.ts';
import { loadPackage } from '../package/load.ts';
import { specOf } from '../package/spec-of.ts';
import type { PackageSpec } from '../package/spec-of.ts';
import { formatProblem } from '../problem.ts';
import type { Problems } from '../problem.ts';

const root = join(import.meta.dirname, '../../../../../shared/conformance/dcos-commons');
const skip = existsSync(root) ? false : `the conformance files are not beside the checkout (${root})`;

const made = (folder: string, options: Options, name: string): PackageSpec | Problems => {
  const loaded = loadPackage(join(root, folder));
  return 'problems' in loaded ? loaded : specOf(loaded.package, { name, options, uid: 'u' });
};

const right = (result: PackageSpec | Problems): PackageSpec => {
  assert.ok('spec' in result, 'problems' in result ? result.problems.map(formatProblem).join('\n') : '');
  return result;
};

/** What the defaults of helloworld leave open, where a spec asks for it. */
const needed: Readonly<Record<string, Options>> = {
  secrets: {
    hello: { secret1: 'hw/secret1', secret2: 'hw/secret2' },
    world: { secret1: 'hw/secret1', secret2: 'hw/secret2', secret3: 'hw/secret3' },
  },
  tls: {
    resource: {
      assets: {
        uris: { 'jre-tar-gz': 'https://example.org/jre.tar.gz', 'keystore-app-zip': 'https://example.org/app.zip' },
      },
    },
  },
};

const chosenByOption =
  'canary crash-loop discovery finish_state graceful-shutdown host-volume marathon_constraint multistep_plan nonessential_tasks pause plan pod-mount-volume secrets sidecar simple svc taskcfg tls uri';

test('every spec of helloworld is chosen by the option of the package', { skip }, () => {
  for (const yaml of chosenByOption.split(' ')) {
    const { spec } = right(made('helloworld', { ...needed[yaml], service: { yaml } }, 'prod/hello'));
    assert.equal(spec.name, 'prod/hello', yaml);
    assert.ok(
      spec.pods.every((pod) => pod.uris.every(({ uri }) => !uri.includes('bootstrap'))),
      yaml,
    );
  }
});

test('a spec that the option does not know is chosen by name, with what it needs besides', { skip }, () => {
  const env = { DEPLOY_STRATEGY: 'parallel', DEPLOY_STEPS: '[[first], [second, third]]' };
  const { spec } = right(made('helloworld', { warder: { spec: 'custom_steps.yml', env } }, 'hello-world'));
  assert.deepEqual(
    spec.plans[0]?.phases[0]?.steps?.map((step) => ('tasks' in step ? step.tasks : step)),
    [['first'], ['second', 'third']],
  );
});

test('defaults of the options arrive in the spec, and TASKCFG in every task', { skip }, () => {
  const { spec, notices } = right(made('helloworld', {}, 'hello-world'));
  const [hello, world] = spec.pods;
  assert.deepEqual([hello?.count, world?.count, world?.tasks[0]?.killGraceMs], [1, 2, 0]);
  assert.deepEqual(hello?.placement, { kind: 'max-per', field: 'hostname', max: 1 });
  assert.equal(hello?.tasks[0]?.env['PACKAGE_VERSION_TO_FORCE_UPDATE'], 'unbuilt');
  assert.equal(spec.user, 'nobody');
  assert.deepEqual(
    notices.map(({ path }) => path),
    ['scheduler.principal'],
  );
});

test('what has no value is told with the option that it should come from', { skip }, () => {
  const problemsOf = (options: Options): readonly string[] => {
    const result = made('helloworld', options, 'hello-world');
    return 'problems' in result ? result.problems.map(({ message, next }) => `${message} -> ${next}`) : [];
  };
  assert.match(
    problemsOf({ service: { yaml: 'secrets' } })[0] ?? '',
    /`HELLO_SECRET1` has no value here -> set `hello\.secret1`: .*marathon\.json\.mustache gives `HELLO_SECRET1` only then/,
  );
  assert.match(
    problemsOf({ service: { yaml: 'tls' } })[0] ?? '',
    /`JAVA_URI` has no value here: `resource\.assets\.uris\.jre-tar-gz` has no value \(.*marathon\.json\.mustache:76:\d+\) -> give it one: --set resource\.assets\.uris\.jre-tar-gz=<text>/,
  );
  assert.match(
    problemsOf({ service: { yaml: 'tsl' } })[0] ?? '',
    /service\.yaml: the text `tsl` is not one of .*did you mean `tls`/,
  );
  assert.match(problemsOf({ service: { yaml: 'svc', yamls: 'plan' } })[0] ?? '', /several specs: svc\.yml, plan\.yml/);
  assert.match(problemsOf({ service: { yaml: 'overlay' } })[0] ?? '', /there is no spec `overlay\.yml`/);
});

const kafkaBuild = {
  'kafka-version': '2.12-2.4.0',
  'jre-url': 'https://example.org/jre.tar.gz',
  'artifact-dir': 'https://example.org/artifacts',
  'libmesos-bundle-url': 'https://example.org/libmesos.tar.gz',
};

test('the Kafka package is installed with the values that its build would have filled in', { skip }, () => {
  const { spec } = right(made('kafka', kafkaBuild, 'kafka'));
  const [pod] = spec.pods;
  const [broker] = pod?.tasks ?? [];
  assert.equal(pod?.count, 3);
  assert.ok(pod?.uris.some(({ uri }) => uri === 'https://downloads.mesosphere.com/kafka/assets/kafka_2.12-2.4.0.tgz'));
  assert.equal(broker?.configs[0]?.dest, 'kafka_2.12-2.4.0/config/server.properties');
  assert.equal(broker?.env['KAFKA_VERSION_PATH'], 'kafka_2.12-2.4.0');
  assert.equal(broker?.env['KAFKA_LOG_FLUSH_INTERVAL_MESSAGES'], '9223372036854775807');
  const without = made('kafka', {}, 'kafka');
  assert.ok('problems' in without);
  assert.ok(without.problems.some(({ next }) => next === 'give it one: --set kafka-version=<text>'));
  const names = without.problems.map(({ path }) => path);
  assert.equal(new Set(names).size, names.length, 'each variable is told once, however often it is used');
});

test('the rules between options of Kafka are followed, and its conditional options known', { skip }, () => {
  const security = { ssl_authentication: { enabled: true }, transport_encryption: { enabled: false } };
  const broken = made('kafka', { ...kafkaBuild, service: { security } }, 'kafka');
  assert.match(
    'problems' in broken ? (broken.problems[0]?.message ?? '') : '',
    /service\.security: does not follow `not`/,
  );
  const health = right(
    made('kafka', { ...kafkaBuild, service: { security: { transport_encryption: { enabled: true } } } }, 'kafka'),
  );
  assert.match(health.spec.pods[0]?.tasks[0]?.env['SECURITY_TRANSPORT_ENCRYPTION_CIPHERS'] ?? '', /^TLS_RSA_WITH/);
  assert.deepEqual(health.spec.pods[0]?.tasks[0]?.transportEncryption, [{ name: 'broker', type: 'KEYSTORE' }]);
});

test('both folders pass the check as they are; what only an installation can give is told', { skip }, () => {
  for (const [folder, open] of [
    ['helloworld', []],
    ['kafka', ['kafka-version', 'jre-url']],
  ] as const) {
    const result = checkPackage(join(root, folder));
    assert.ok('spec' in result, 'problems' in result ? result.problems.map(formatProblem).join('\n') : '');
    const told = result.notices.filter(({ code }) => code === 'template-variable').map(({ path }) => path);
    for (const name of open) assert.ok(told.includes(name), `${folder}: ${told.join()}`);
  }
});

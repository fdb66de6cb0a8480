import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import type { TestContext } from 'node:test';
import { formatProblem } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { checkPackage } from './check.ts';
import { listPackages, loadPackage } from './load.ts';
import { specOf } from './spec-of.ts';

const services = join(import.meta.dirname, '../../../../services');

const good = {
  'package.yml': 'name: demo\nversion: 1.0.0\ndescription: A demo.\nversions: [4.0.0, 3.9.1]\n',
  'options.json': `{"properties": {
    "server": {"type": "object", "properties": {
      "count": {"type": "integer", "default": 1, "minimum": 0},
      "label": {"type": "string"}}}}}`,
  'service.yml': `name: {{name}}
pods:
  server:
    count: {{server.count}}
    tasks:
      run:
        goal: RUNNING
        cmd: exec demo-{{version}} {{server.label}}
        cpus: 0.1
        configs: {main: {template: main.conf, dest: main.conf}}
`,
  'templates/main.conf': 'id={{POD_INSTANCE_INDEX}}\n',
};

const folderWith = (t: TestContext, files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'warder-spec-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
};

const shown = (folder: string, problems: readonly Problem[]): readonly string[] =>
  problems.map((problem) => formatProblem(problem).replace(`${folder}/`, '').split('\n')[0] ?? '');

const problemsOf = (folder: string): readonly string[] => {
  const result = checkPackage(folder);
  return 'problems' in result ? shown(folder, result.problems) : [];
};

test('a package comes to a spec, with the versions and options that it offers', (t) => {
  const folder = folderWith(t, { ...good, 'README.md': '# Demo', 'src/index.ts': '', 'src/cli.ts': '' });
  const loaded = loadPackage(folder);
  assert.ok('package' in loaded);
  const { package: demo } = loaded;
  assert.equal(demo.readme, '# Demo');
  assert.equal(demo.code, join(folder, 'src/index.ts'));
  assert.equal(demo.cli, join(folder, 'src/cli.ts'));
  const made = specOf(demo, { name: 'a/b', options: { server: { count: 3 } }, version: '3.9.1', uid: 'u' });
  assert.ok('spec' in made);
  assert.deepEqual(made.options, { server: { count: 3 } });
  assert.equal(made.version, '3.9.1');
  assert.equal(made.spec.name, 'a/b');
  assert.equal(made.spec.pods[0]?.count, 3);
  assert.equal(made.spec.pods[0]?.tasks[0]?.cmd, 'exec demo-3.9.1', 'an option without a value is empty');
  assert.equal(made.spec.pods[0]?.tasks[0]?.configs[0]?.template, 'id={{POD_INSTANCE_INDEX}}\n');
  const standard = specOf(demo, { name: 'a', options: {}, uid: 'u' });
  assert.equal('version' in standard && standard.version, '4.0.0');
});

test('what an installation gets wrong is told, and nothing is made', (t) => {
  const loaded = loadPackage(folderWith(t, good));
  assert.ok('package' in loaded);
  const problemsWith = (change: object): readonly string[] => {
    const made = specOf(loaded.package, { name: 'a', options: {}, uid: 'u', ...change });
    return 'problems' in made ? shown('', made.problems) : [];
  };
  assert.deepEqual(problemsWith({ version: '3.9.2', options: { server: { count: '1' } } }), [
    'the package `demo` does not offer the version `3.9.2` (unknown-version)',
    'server.count: expected a whole number, got the text `1` (wrong-type)',
  ]);
  assert.match(problemsWith({ name: '../x' })[0] ?? '', /bad-name/);
});

test('a package is checked as if it were installed', (t) => {
  assert.deepEqual(problemsOf(folderWith(t, good)), []);
  const broken = folderWith(t, {
    ...good,
    'service.yml': good['service.yml'].replace('count}}', 'cuont}}').replace('goal: RUNNING', 'goal: RUN'),
  });
  assert.deepEqual(problemsOf(broken), [
    'service.yml:4:12: `server.cuont` has no value here (template-variable)',
    'service.yml:7:15: pods.server.tasks.run.goal: `RUN` is not one of `RUNNING`, `ONCE`, `FINISH` (out-of-range)',
  ]);
  const renamed = folderWith(t, { ...good, 'service.yml': good['service.yml'].replace('{{name}}', 'fixed') });
  assert.match(problemsOf(renamed)[0] ?? '', /^service\.yml:1:1: name: the spec calls the service `fixed`/);
});

test('all broken files of a package are told at once', (t) => {
  const folder = folderWith(t, { 'package.yml': 'name: a b\nversion: 1\nsummary: x\n', 'options.json': '{' });
  assert.deepEqual(problemsOf(folder), [
    'package.yml:1:1: `description` is missing (missing)',
    'package.yml:1:7: name: `a b` is not letters, digits, `-` and `_` (not twice in a row), with a letter or digit at both ends (bad-format)',
    'package.yml:3:1: summary: there is no key `summary` here (unknown-key)',
    'options.json:1:2: this is not JSON: expected a key in double quotes, but the text ends (json-syntax)',
    'service.yml:1:1: cannot read it: there is no such file (package-missing)',
  ]);
});

test('a template is found beside the spec, in templates/ or in dist/, and nowhere else', (t) => {
  const inner = Object.entries({ ...good, 'dist/d.conf': 'd', 'e.conf': 'e' });
  const root = folderWith(t, {
    ...Object.fromEntries(inner.map(([name, text]) => [`demo/${name}`, text])),
    'x.conf': 'outside',
  });
  const loaded = loadPackage(join(root, 'demo'));
  assert.ok('package' in loaded);
  const { readTemplate } = loaded.package;
  assert.deepEqual(['d.conf', 'e.conf', 'templates/main.conf', 'none'].map(readTemplate), [
    'd',
    'e',
    'id={{POD_INSTANCE_INDEX}}\n',
    undefined,
  ]);
  assert.equal(readTemplate('../x.conf'), undefined);
  assert.equal(readTemplate('/etc/hostname'), undefined);
});

test('a lone svc.yml is checked with the values of its environment', (t) => {
  const folder = folderWith(t, {
    'svc.yml': 'name: {{FRAMEWORK_NAME}}\npods: {a: {count: 1, tasks: {t: {goal: RUNNING, cmd: x, cpus: {{C}}}}}}\n',
  });
  const path = join(folder, 'svc.yml');
  const result = checkPackage(path, { env: { FRAMEWORK_NAME: 'x', C: '0.5' } });
  assert.ok('spec' in result);
  assert.equal(result.spec.pods[0]?.resourceSets[0]?.cpus, 0.5);
  const without = checkPackage(path);
  assert.ok('problems' in without);
  assert.deepEqual(
    without.problems.map(({ code, path: name, where }) => [code, name, where?.line]),
    [
      ['template-variable', 'FRAMEWORK_NAME', 1],
      ['template-variable', 'C', 2],
    ],
  );
  assert.match(without.problems[0]?.next ?? '', /--env <file>/);
  const withEnv = checkPackage(folderWith(t, good), { env: {} });
  assert.equal('problems' in withEnv && withEnv.problems[0]?.code, 'conflict');
  const missing = checkPackage(join(folder, 'none.yml'));
  assert.equal('problems' in missing && missing.problems[0]?.code, 'package-missing');
});

test('the packages of a catalog are listed by name, and a broken one hides no other', (t) => {
  const catalog = folderWith(t, {
    'z/package.yml': good['package.yml'],
    'z/service.yml': good['service.yml'],
    'broken/package.yml': 'name: broken',
    'notes/README.md': 'not a package',
    'file.txt': '',
  });
  const { packages, problems } = listPackages(catalog);
  assert.deepEqual(
    packages.map((each) => each.name),
    ['demo'],
  );
  assert.ok(problems.every((problem) => problem.where?.file.includes('/broken/')));
  assert.deepEqual(listPackages(join(catalog, 'none')), { packages: [], problems: [] });
});

test('the hello package is right', () => {
  assert.deepEqual(problemsOf(join(services, 'hello')), []);
});

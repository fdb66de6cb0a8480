import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import type { TestContext } from 'node:test';
import type { Options } from '../options/schema.ts';
import type { PackageFolder } from '../package/package-folder.ts';
import { loadPackage } from '../package/load.ts';
import { specOf } from '../package/spec-of.ts';
import { formatProblem } from '../problem.ts';

const files = {
  'package.json': '{"name": "demo", "version": "1.2-3.4", "description": "A demo."}',
  'config.json': `{"properties": {
    "service": {"properties": {"name": {"type": "string", "default": "demo"}, "region": {"type": "string", "default": ""}}},
    "node": {"properties": {
      "count": {"type": "integer", "default": 2},
      "zero": {"type": "integer", "default": 0},
      "big": {"type": "integer", "default": 9223372036854775807},
      "quoted": {"type": "string", "default": "say \\"hi\\""}}}}}`,
  'resource.json': '{"assets": {"uris": {"app": "https://example.org/{{app-version}}/app.tgz"}}}',
  'marathon.json.mustache': `{
  "cmd": "./bootstrap && ./scheduler/bin/demo ./scheduler/svc.yml",
  "env": {
    "FRAMEWORK_NAME": "{{service.name}}",
    "COUNT": "{{node.count}}",
    {{#node.zero}}
    "ZERO": "{{node.zero}}",
    {{/node.zero}}
    "APP_URI": "{{resource.assets.uris.app}}",
    "SERVICE_REGION": "{{service.region}}",
    "TASKCFG_ALL_BIG": "{{node.big}}",
    "TASKCFG_ALL_BOTH": "all",
    "TASKCFG_THE_NODE_BOTH": "pod",
    "TASKCFG_ALL_QUOTED": "{{{node.quoted}}}"
  }
}`,
  'svc.yml': `name: {{FRAMEWORK_NAME}}
pods:
  the-node:
    count: {{COUNT}}
    uris: ["{{BOOTSTRAP_URI}}", "{{APP_URI}}"]
    tasks:
      main: {goal: RUNNING, cmd: "./bootstrap && run {{ZERO}}", cpus: 1, env: {BOTH: yaml, OWN: yaml}}
`,
};

const folderWith = (t: TestContext, given: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'warder-dcos-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(given)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
};

const load = (folder: string): PackageFolder => {
  const loaded = loadPackage(folder);
  assert.ok('package' in loaded, 'problems' in loaded ? loaded.problems.map(formatProblem).join('\n') : '');
  return loaded.package;
};

const make = (pkg: PackageFolder, options: Options, name = 'demo') => {
  const result = specOf(pkg, { name, options, uid: 'u' });
  assert.ok('spec' in result, 'problems' in result ? result.problems.map(formatProblem).join('\n') : '');
  return result.spec;
};

const headsOf = (pkg: PackageFolder, options: Options, name = 'demo'): readonly string[] => {
  const result = specOf(pkg, { name, options, uid: 'u' });
  return 'problems' in result ? result.problems.map(({ code, message, next }) => `${code}: ${message}; ${next}`) : [];
};

const built = { 'app-version': '7' };

test('options go through marathon.json.mustache into the spec and the environment of its tasks', (t) => {
  const pkg = load(folderWith(t, files));
  assert.deepEqual(
    [pkg.name, pkg.version, pkg.description, pkg.nameOption],
    ['demo', '1.2-3.4', 'A demo.', ['service', 'name']],
  );
  const spec = make(pkg, { ...built, node: { count: 3 }, service: { region: 'r1' } }, 'prod/demo');
  assert.equal(spec.name, 'prod/demo');
  assert.equal(spec.region, 'r1');
  const [pod] = spec.pods;
  assert.equal(pod?.count, 3);
  assert.deepEqual(
    pod?.uris.map(({ uri }) => uri),
    ['https://example.org/7/app.tgz'],
    'bootstrap is nothing to fetch',
  );
  assert.equal(pod?.tasks[0]?.cmd, './bootstrap && run 0', 'zero is a value');
  assert.deepEqual(pod?.tasks[0]?.env, {
    BOTH: 'pod',
    OWN: 'yaml',
    BIG: '9223372036854775807',
    QUOTED: 'say "hi"',
  });
});

test('the layout of a repository is found too', (t) => {
  const { 'svc.yml': spec, ...universe } = files;
  const entries = Object.entries(universe).map(([name, text]) => [`universe/${name}`, text]);
  const pkg = load(
    folderWith(t, {
      ...Object.fromEntries(entries),
      'src/main/dist/svc.yml': spec.replace('cpus: 1', 'cpus: 1, configs: {c: {template: c.mustache, dest: c}}'),
      'src/main/dist/c.mustache': 'x',
    }),
  );
  assert.equal(make(pkg, built).pods[0]?.tasks[0]?.configs[0]?.template, 'x');
});

test('an asset can be taken from elsewhere', (t) => {
  const pkg = load(folderWith(t, files));
  const uris = { app: 'https://mirror.example.org/app.tgz' };
  assert.deepEqual(
    make(pkg, { resource: { assets: { uris } } }).pods[0]?.uris.map(({ uri }) => uri),
    ['https://mirror.example.org/app.tgz'],
  );
});

test('a lone svc.yml is a package, whose environment is given', (t) => {
  const pkg = load(folderWith(t, { 'svc.yml': files['svc.yml'] }));
  const env = { COUNT: '1', APP_URI: 'https://example.org/app', ZERO: '0', TASKCFG_ALL_X: 'x' };
  assert.equal(make(pkg, { warder: { env } }, 'lone').pods[0]?.tasks[0]?.env['X'], 'x');
  assert.match(headsOf(pkg, {}, 'lone')[0] ?? '', /`COUNT` has no value here; give it one: --set warder\.env\.COUNT=/);
});

test('what is wrong is told in the words of who has to correct it', (t) => {
  const pkg = load(folderWith(t, files));
  assert.match(
    headsOf(pkg, {})[0] ?? '',
    /template-variable: `APP_URI` .*: `app-version` has no value \(.*:9:\d+\); give it one: --set app-version/,
  );
  assert.match(
    headsOf(pkg, { ...built, service: { name: 'other' } })[0] ?? '',
    /conflict: service\.name: .*--name other/,
  );
  assert.match(headsOf(pkg, { ...built, nod: {} })[0] ?? '', /unknown-key: nod: .*did you mean `node`/);
  assert.match(headsOf(pkg, { ...built, warder: { spec: 'x.yml' } })[0] ?? '', /out-of-range: warder\.spec/);
  const fixed = load(folderWith(t, { ...files, 'svc.yml': files['svc.yml'].replace('{{FRAMEWORK_NAME}}', 'fixed') }));
  assert.match(headsOf(fixed, built)[0] ?? '', /bad-name: name: .*--name fixed/);
});

test('broken files of a package are told at their places', (t) => {
  const headOf = (change: Readonly<Record<string, string>>): string => {
    const folder = folderWith(t, { ...files, ...change });
    const loaded = loadPackage(folder);
    const result = 'problems' in loaded ? loaded : specOf(loaded.package, { name: 'demo', options: built, uid: 'u' });
    return 'problems' in result ? formatProblem(result.problems[0] ?? assert.fail()).replace(`${folder}/`, '') : 'fine';
  };
  assert.match(
    headOf({ 'config.json': '{"$ref": "x"}' }),
    /^config\.json:1:2: \$ref: .*keyword `\$ref` \(option-schema\)/,
  );
  assert.match(headOf({ 'config.json': '[]' }), /options of a package are a map/);
  assert.match(headOf({ 'package.json': '{' }), /^package\.json:1:2: .*\(json-syntax\)/);
  const marathon = files['marathon.json.mustache'].replace('"COUNT": ', '"COUNT" ');
  assert.match(
    headOf({ 'marathon.json.mustache': marathon }),
    /^marathon\.json\.mustache:5:13: .*options filled in.*\(json-syntax\)/,
  );
  assert.match(headOf({ 'marathon.json.mustache': '{{#a}}' }), /^marathon\.json\.mustache:1:1: .*\(template-syntax\)/);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseSpec } from './parse-spec.ts';
import { formatProblem } from './problem.ts';
import type { Problem } from './problem.ts';
import type { View } from './template/lookup.ts';

const templates: Readonly<Record<string, string>> = { 'a.mustache': 'x={{x}}', 'broken.mustache': '\n {{#x}}' };

const parse = (text: string, view: View = {}): ReturnType<typeof parseSpec> =>
  parseSpec({ text, file: 'svc.yml', view, readTemplate: (path) => templates[path] });

const problemsOf = (text: string, view: View = {}): readonly Problem[] => {
  const result = parse(text, view);
  return 'problems' in result ? result.problems : [];
};

const headsOf = (text: string, view: View = {}): readonly string[] =>
  problemsOf(text, view).map((problem) => formatProblem(problem).split('\n')[0] ?? '');

/** One pod `a` with one task `t`; lines are added to the task, the pod or the service. */
const spec = ({ task = '', pod = '', service = '' }: { task?: string; pod?: string; service?: string }): string =>
  [
    'name: s',
    'pods:',
    '  a:',
    '    count: 2',
    ...indent(pod, 4),
    '    tasks:',
    '      t:',
    '        goal: RUNNING',
    '        cmd: run',
    ...(task.includes('resource-set') ? [] : ['        cpus: 0.1']),
    ...indent(task, 8),
    ...indent(service, 0),
  ].join('\n');

const indent = (text: string, by: number): readonly string[] =>
  text === '' ? [] : text.split('\n').map((line) => ' '.repeat(by) + line);

test('what is not said has safe defaults', () => {
  const result = parse(spec({}));
  assert.ok('spec' in result);
  assert.equal(result.spec.user, 'nobody');
  assert.deepEqual(result.spec.plans, []);
  assert.deepEqual(result.spec.pods[0]?.resourceSets, [
    { name: 't-resource-set', cpus: 0.1, memoryMiB: 32, ports: [], volumes: [] },
  ]);
});

test('places are those of the template, whatever the tags came to', () => {
  const text = `name: {{name}}
{{#flag}}
pods:
  a:
    count: {{many.lines}}
    {{^other}}
    tasks:
      t: {goal: RUNNING, cmd: "{{long}}", cpus: -1, meory: 5}
    {{/other}}
{{/flag}}
`;
  const view = { name: 's', flag: 'true', many: { lines: 'two' }, long: 'x'.repeat(100) };
  assert.deepEqual(headsOf(text, view), [
    'svc.yml:5:12: pods.a.count: expected a whole number, got `two` (wrong-type)',
    'svc.yml:8:49: pods.a.tasks.t.cpus: must be more than 0, got -1 (out-of-range)',
    'svc.yml:8:53: pods.a.tasks.t.meory: there is no key `meory` here (unknown-key)',
  ]);
});

test('a name without a value is told with what else is wrong, but not with what only follows from it', () => {
  const text = spec({ pod: 'x: 1', task: 'memory: {{memry}}' });
  assert.deepEqual(headsOf(text, { memory: 1 }), [
    'svc.yml:5:5: pods.a.x: there is no key `x` here (unknown-key)',
    'svc.yml:11:17: `memry` has no value here (template-variable)',
  ]);
});

test('broken YAML has a place', () => {
  assert.match(headsOf('name: s\npods:\n  a: [1, 2\n')[0] ?? '', /^svc\.yml:4:1: this is not YAML/);
  assert.match(headsOf('name: s\npods: *nowhere\n')[0] ?? '', /expected a map, got nothing|missing|no value/);
  assert.match(headsOf('')[0] ?? '', /svc\.yml:1:1: expected a map, got nothing \(wrong-type\)/);
  assert.match(headsOf('name: s\n---\nname: t\n')[0] ?? '', /^svc\.yml:2:1: a second document begins here/);
  assert.match(headsOf('- a')[0] ?? '', /expected a map, got a list/);
});

test('a key that is there twice is told beside the other problems', () => {
  assert.deepEqual(headsOf(spec({ task: 'cpus: 1\nmemory: lots' })), [
    'svc.yml:10:9: the key `cpus` is there twice in the same map (duplicate-key)',
    'svc.yml:11:17: pods.a.tasks.t.memory: expected a whole number, got `lots` (wrong-type)',
  ]);
});

test('YAML aliases are followed', () => {
  const result = parse(
    spec({ task: 'env: &e {A: x}\nports: {p: {port: 0}}', service: '' }).replace('count: 2', 'count: &n 2'),
  );
  assert.ok('spec' in result);
});

test('each mistake has its code and its place', () => {
  const volume = '{path: data, type: ROOT, size: 1}';
  const plan = (steps: string): string =>
    `plans:\n  deploy:\n    phases:\n      p:\n        pod: a\n        steps:\n          - ${steps}`;
  const rows: readonly (readonly [string, string])[] = [
    [spec({ pod: 'image: "a b"' }), '5:12 bad-format'],
    [spec({ pod: 'placment: x' }), '5:5 unknown-key'],
    [spec({ pod: "placement: 'rack:GROUP_BY:0'" }), '5:16 bad-format'],
    [spec({ pod: `placement: '{"kind": "near", "pod": "b", "together": true}'` }), '5:16 unknown-pod'],
    [spec({ pod: 'uris: ["hdfs://a/b"]' }), '5:12 bad-format'],
    [spec({ pod: 'uris: ["maven:a:b"]' }), '5:12 bad-format'],
    [spec({ pod: 'uris: ["x/y"]' }), '5:12 bad-format'],
    [spec({ pod: 'uris: [{uri: "file:///a", checksum: "md5:1"}]' }), '5:41 bad-format'],
    [spec({ pod: 'uris: ["file:///a/x", "file:///b/x"]' }), '5:27 duplicate-name'],
    [spec({ pod: 'retired: [1, 2, 1]' }), '5:21 duplicate-name'],
    [spec({ pod: 'retired: [-1]' }), '5:15 out-of-range'],
    [spec({ pod: 'rlimits: {RLIMIT_NOFILES: {}}' }), '5:15 unknown-key'],
    [spec({ pod: 'rlimits: {RLIMIT_AS: {soft: 3, hard: 2}}' }), '5:33 out-of-range'],
    [spec({ pod: 'rlimits: {RLIMIT_AS: {soft: 3}}' }), '5:15 conflict'],
    [spec({ pod: 'resource-sets: {t-resource-set: {cpus: 1}}' }), '5:21 duplicate-name'],
    [spec({ task: 'resource-set: nowhere' }), '9:23 unknown-resource-set'],
    [spec({ pod: 'resource-sets: {x: {cpus: 1}}', task: 'resource-set: x\nmemory: 1' }), '11:9 conflict'],
    [spec({ pod: 'resource-sets: {x: {}}', task: 'resource-set: x' }), '5:21 no-resources'],
    [spec({ task: `volume: ${volume}\nvolumes: {x: {path: x, type: ROOT, size: 1}}` }), '10:9 conflict'],
    [spec({ task: `volumes: {x: ${volume}, y: ${volume}}` }), '10:67 duplicate-name'],
    [spec({ task: 'volume: {path: a/b, type: ROOT, size: 1}' }), '10:24 bad-format'],
    [spec({ task: 'volume: {path: a, type: PATH, size: 1}' }), '10:33 out-of-range'],
    [spec({ task: 'volume: {path: a, type: ROOT, size: 1, profiles: [x]}' }), '10:48 conflict'],
    [spec({ task: 'volume: {path: a, type: MOUNT, size: 1, profiles: [a/b]}' }), '10:60 bad-format'],
    [spec({ pod: `volume: ${volume}`, task: `volume: ${volume}` }), '11:24 duplicate-name'],
    [
      spec({ pod: `volume: ${volume}\nhost-volumes: {h: {host-path: /a, container-path: data}}` }),
      '6:55 duplicate-name',
    ],
    [spec({ pod: 'host-volumes: {h: {host-path: a, container-path: b}}' }), '5:35 bad-format'],
    [spec({ pod: 'host-volumes: {h: {host-path: /a, container-path: ../b}}' }), '5:55 bad-format'],
    [spec({ pod: 'external-volumes: {e: {type: CSI, driver-name: d, container-path: b}}' }), '5:34 out-of-range'],
    [
      spec({ pod: 'external-volumes: {e: {type: DOCKER, driver-name: d, container-path: b, driver-options: x}}' }),
      '5:93 bad-format',
    ],
    [spec({ pod: 'networks: {dcos: {host-ports: [1], container-ports: [1]}}' }), '5:23 conflict'],
    [spec({ pod: 'networks: {mesos-bridge: {host-ports: [1, 2], container-ports: [1]}}' }), '5:16 conflict'],
    [spec({ pod: 'networks: {mesos-bridge: {host-ports: [1, 1], container-ports: [1, 2]}}' }), '5:47 duplicate-port'],
    [spec({ pod: 'networks: {dcos: {labels: ""}}' }), '5:31 bad-format'],
    [spec({ pod: 'secrets: {a: {secret: s, file: f}, b: {secret: t, file: f}}' }), '5:61 duplicate-name'],
    [spec({ pod: 'secrets: {a: {secret: /s}}' }), '5:27 bad-format'],
    [spec({ pod: 'secrets: {a: {secret: s, file: /f}}' }), '5:36 bad-format'],
    [spec({ pod: 'ipc-mode: SHARE_PARENT' }), '5:15 out-of-range'],
    [spec({ pod: 'seccomp-unconfined: true\nseccomp-profile-name: x' }), '5:5 conflict'],
    [spec({ task: 'ipc-mode: SHARE_PARENT\nshm-size: 5' }), '11:9 conflict'],
    [spec({ task: 'resource-limits: {cpus: 0.05}' }), '10:33 out-of-range'],
    [spec({ task: 'resource-limits: {memory: unlimite}' }), '10:35 out-of-range'],
    [spec({ task: 'gpus: 0.5' }), '10:15 wrong-type'],
    [spec({ task: 'ports: {x: {port: 1}, y: {port: 1}}' }), '10:41 duplicate-port'],
    [spec({ task: 'ports: {x: {port: 1, env-key: K}, y: {port: 2, env-key: K}}' }), '10:65 duplicate-name'],
    [spec({ task: 'ports: {x: {port: 1, vip: {port: 1, prefix: y}}, y: {port: 2}}' }), '10:53 duplicate-name'],
    [spec({ task: 'ports: {x: {port: 65536}}' }), '10:27 out-of-range'],
    [spec({ task: 'ports: {x: {advertise: true}}' }), '10:17 missing'],
    [spec({ task: 'ports: {x: {port: 0, ranges: [{begin: 5, end: 4}]}}' }), '10:39 out-of-range'],
    [spec({ task: 'ports: {x: {port: 7, ranges: [{end: 4}]}}' }), '10:27 conflict'],
    [spec({ task: 'configs: {c: {template: none, dest: x}}' }), '10:33 template-missing'],
    [spec({ task: 'configs: {c: {template: a.mustache, dest: /x}}' }), '10:51 bad-format'],
    [spec({ task: 'configs: {c: {template: a.mustache, dest: ..}}' }), '10:51 bad-format'],
    [
      spec({ task: 'configs: {c: {template: a.mustache, dest: x}, d: {template: a.mustache, dest: x}}' }),
      '10:87 duplicate-name',
    ],
    [spec({ task: 'labels: "a:b,c"' }), '10:17 bad-format'],
    [spec({ task: 'labels: " "' }), '10:17 bad-format'],
    [spec({ task: 'labels: "a:b,a:c"' }), '10:17 duplicate-name'],
    [spec({ task: 'kill-grace-period: -1' }), '10:28 out-of-range'],
    [spec({ task: 'kill-grace-period: 1209601' }), '10:28 out-of-range'],
    [spec({ task: 'readiness-check: {cmd: x, interval: 0, timeout: 1}' }), '10:45 out-of-range'],
    [spec({ task: 'readiness-check: {cmd: x, interval: 1}' }), '10:9 missing'],
    [spec({ task: 'transport-encryption: [{name: x, type: SSL}]' }), '10:48 out-of-range'],
    [spec({ task: 'transport-encryption: [{name: x, type: TLS}, {name: x, type: KEYSTORE}]' }), '10:54 duplicate-name'],
    [spec({ service: 'replacement-failure-policy: {permanent-failure-timeout-secs: 0}' }), '10:62 out-of-range'],
    [spec({ task: 'env: {"a b": 1}' }).replace('goal: RUNNING', 'goal: FINISHED'), '7:15 out-of-range'],
    [spec({}).replace('  t:', '  t__x:'), '6:7 bad-name'],
    [spec({}).replace('name: s', 'name: s__x'), '1:7 bad-name'],
    [spec({}).replace('name: s', `name: ${'s/'.repeat(64)}s`), '1:7 bad-name'],
    [spec({}).replace('  a:', `  ${'a'.repeat(60)}:`), '6:7 bad-name'],
    [spec({ service: '  a-0: {count: 1, tasks: {t: {goal: RUNNING, cmd: x, cpus: 1}}}' }), '10:3 bad-name'],
    [spec({ service: 'plans: {deploy: {phases: {p: {}}}}' }), '10:27 missing'],
    [spec({ service: 'plans: {deploy: {phases: {p: {steps: [[t]]}}}}' }), '10:39 conflict'],
    [spec({ service: 'plans: {deploy: {phases: {p: {steps: [stop]}}}}' }), '10:39 conflict'],
    [spec({ service: 'plans: {deploy: {phases: {p: {steps: [{default: [[t]]}]}}}}' }), '10:39 conflict'],
    [spec({ service: 'plans: {deploy: {phases: {p: {pod: a, strategy: canry}}}}' }), '10:49 out-of-range'],
    [spec({ service: 'plans: {p: {phases: {x: {pod: a}, y: {pod: a, after: [x]}}}}' }), '10:47 conflict'],
    [spec({ service: 'plans: {p: {strategy: dependency, phases: {x: {pod: a, after: [z]}}}}' }), '10:64 unknown-phase'],
    [
      spec({
        service: 'plans: {p: {strategy: dependency, phases: {x: {pod: a, after: [y]}, y: {pod: a, after: [x]}}}}',
      }),
      '10:56 conflict',
    ],
    [spec({ service: plan('call: x\n          - call: x') }), '17:13 duplicate-name'],
    [spec({ service: plan('0: [{call: x}]\n          - default: [{call: x}]') }), ''],
    [spec({ service: plan('{cal: x}') }), '16:14 bad-format, 16:19 wrong-type'],
    [spec({ service: plan('{call: x, arg: 1}') }), '16:23 unknown-key'],
    [spec({ service: plan('{wait: x, soak: -1}') }), '16:29 out-of-range'],
    [spec({ service: plan('halt') }), '16:13 out-of-range'],
    [spec({ service: plan('default: [[x]]') }), '16:24 unknown-task'],
    [spec({ service: plan('default: [[t, t]]') }), '16:27 step-conflict'],
    [spec({ service: plan('0: [[t]]') }), '15:9 missing'],
    [spec({ service: plan('{0: [[t]], 1: [[t]]}') }), '16:13 conflict'],
    [spec({ service: plan('some: [[t]]\n          - default: [[t]]') }), '16:13 bad-format'],
    [spec({ service: plan('default: [[t]]\n          - default: [[t]]') }), '17:13 duplicate-name'],
  ];
  const found = rows.map(([text]) =>
    problemsOf(text)
      .map(({ code, where }) => `${where?.line}:${where?.column} ${code}`)
      .join(', '),
  );
  assert.deepEqual(
    found,
    rows.map(([, expected]) => expected),
  );
});

const noticesOf = (text: string): readonly string[] => {
  const result = parse(text);
  assert.ok('notices' in result);
  return result.notices.map(({ code, where }) => `${where?.line}:${where?.column} ${code}`);
};

test('what has no effect here is accepted, and told', () => {
  const scheduler = 'scheduler: {principal: p, zookeeper: "z:2181"}';
  assert.deepEqual(noticesOf(spec({ pod: 'user: x\ncontainer: {a: [1]}', service: scheduler })), [
    '5:5 no-meaning',
    '6:5 no-meaning',
    '12:13 no-meaning',
    '12:27 no-meaning',
  ]);
  assert.deepEqual(noticesOf(spec({ task: 'configs: {c: {template: a.mustache, dest: ../x}}' })), ['10:51 no-meaning']);
  assert.deepEqual(noticesOf(spec({ service: 'plans: {deploy: {phases: {p: {pod: b}}}}' })), ['10:36 unknown-pod']);
  assert.deepEqual(noticesOf(spec({})), []);
});

test('a broken template is told at its own place', () => {
  assert.match(
    headsOf(spec({ task: 'configs: {c: {template: broken.mustache, dest: x}}' }))[0] ?? '',
    /^broken\.mustache:2:2: .*\(template-syntax\)/,
  );
});

test('tasks of one resource set are not launched together', () => {
  const text = `name: s
pods:
  a:
    count: 1
    resource-sets: {x: {cpus: 1}}
    tasks:
      one: {goal: ONCE, cmd: x, resource-set: x}
      two: {goal: RUNNING, cmd: x, resource-set: x}
`;
  assert.deepEqual(headsOf(text), [], 'how such a pod is deployed is for the generated plan');
  const explicit = 'plans: {deploy: {phases: {p: {pod: a}}}}\n';
  assert.match(headsOf(text + explicit)[0] ?? '', /^svc\.yml:9:30: .*share the resource set `x`.*\(step-conflict\)/);
});

const anyYaml = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('x', '1', '-1', '""', 'true', '*a', '{{y}}', '~', '{', '!!t 1', 'RUNNING', '0.5'),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc
      .array(
        fc.tuple(
          fc.constantFrom(
            'name',
            'pods',
            'count',
            'tasks',
            'goal',
            'cmd',
            'plans',
            'deploy',
            'phases',
            'pod',
            'steps',
            'default',
            'ports',
            'port',
            'volume',
            'uris',
            'placement',
            'zzz',
          ),
          tie('value'),
        ),
        { maxLength: 5 },
      )
      .map((entries) => `{${entries.map(([key, value]) => `${key}: ${value}`).join(',\n ')}}`),
  ),
})).value;

test('law: any text is a spec or has problems, each with a place inside the file and a next step', () => {
  fc.assert(
    fc.property(fc.oneof(anyYaml, fc.string()), (text) => {
      const result = parse(text, { x: '1' });
      if ('spec' in result) return;
      assert.ok(result.problems.length > 0);
      const lines = text.split('\n');
      for (const { where, message, next } of result.problems) {
        assert.ok(message !== '' && next !== '');
        assert.ok(where && where.line >= 1 && where.line <= lines.length, `${where?.line}`);
        assert.ok(where.column >= 1 && where.column <= (lines[where.line - 1] ?? '').length + 1);
      }
    }),
    { numRuns: 500 },
  );
});

test('law: one mistyped key makes one problem, on its own line', () => {
  const lines = spec({
    pod: 'allow-decommission: true\nrlimits: {}',
    task: 'essential: true\nkill-grace-period: 1\nmemory: 5',
  }).split('\n');
  const at = fc.constantFrom(4, 5, 10, 11, 12, 13).filter((line) => line < lines.length);
  fc.assert(
    fc.property(at, fc.stringMatching(/^[a-z]{1,3}$/), (line, typo) => {
      const wrong = lines.with(line, (lines[line] ?? '').replace(/^( *)([a-z-]+):/, `$1${typo}-$2:`)).join('\n');
      const problems = problemsOf(wrong).filter((problem) => problem.code === 'unknown-key');
      assert.equal(problems.length, 1, wrong);
      assert.equal(problems[0]?.where?.line, line + 1);
    }),
  );
});

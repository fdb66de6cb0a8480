import assert from 'node:assert/strict';
import test from 'node:test';
import { parseSpec } from '../parse-spec.ts';
import { formatProblem } from '../problem.ts';

test('everything that a spec can say arrives', () => {
  const text = `name: prod/s
web-url: http://example.org
scheduler: {user: kafka, principal: p, zookeeper: "z:2181"}
pods:
  a:
    count: 3
    allow-decommission: true
    placement: 'hostname:UNIQUE'
    uris:
      - https://example.org/jdk-17.tar.gz
      - {uri: "maven:g:a:1.0", dest: lib}
      - {uri: "file:///opt/tool", executable: true, writable: true}
    rlimits: {RLIMIT_NOFILE: {soft: 1, hard: 2}, RLIMIT_AS: {soft: -1, hard: -1}}
    gates: {stop: [safe], start: [caught-up]}
    resource-sets:
      shared:
        cpus: 0.5
        memory: 128
        ports:
          client: {port: 9092, env-key: PORT, advertise: true, vip: {port: 80}}
          other: {port: 0}
        volumes:
          x: {path: data, type: ROOT, size: 100}
          y: {path: log, type: MOUNT, size: 200}
    tasks:
      init: {goal: once, cmd: init, resource-set: shared, essential: false}
      server:
        goal: RUNNING
        cmd: exec server
        resource-set: shared
        env: {A: 1.10, B: true, C: , D: "x"}
        configs: {main: {template: a.mustache, dest: conf/main}}
        health-check: {cmd: h, interval: 5, grace-period: 30, max-consecutive-failures: 3, timeout: 10}
        readiness-check: {cmd: r, interval: 0.25, timeout: 1.5, delay: 2}
        kill-grace-period: 7
        labels: a:1,b:x:y
        discovery: {prefix: srv}
        live: {procedure: apply, values: {k: 5}}
      helper: {goal: FINISH, cmd: help, ports: {p: {port: 0}}}
plans:
  deploy:
    phases:
      first:
        pod: a
        strategy: parallel
        steps:
          - 1: [[init], [server, helper]]
          - default: [[server]]
      second:
        pod: a
        steps: [{default: [[init], [server]]}]
`;
  const result = parseSpec({ text, file: 'svc.yml', view: {}, readTemplate: () => 'x={{x}}' });
  assert.ok('spec' in result, 'problems' in result ? result.problems.map(formatProblem).join('\n') : '');
  const { pods, plans, ...rest } = result.spec;
  assert.deepEqual(rest, { name: 'prod/s', user: 'kafka', webUrl: 'http://example.org' });
  const [a] = pods;
  const { tasks, resourceSets, ...pod } = a ?? assert.fail();
  assert.deepEqual(pod, {
    name: 'a',
    count: 3,
    allowDecommission: true,
    placement: { kind: 'max-per', field: 'hostname', max: 1 },
    uris: [
      { uri: 'https://example.org/jdk-17.tar.gz', dest: '.', extract: true, executable: false },
      { uri: 'maven:g:a:1.0', dest: 'lib', extract: false, executable: false },
      { uri: 'file:///opt/tool', dest: 'tool', extract: false, executable: true, writable: true },
    ],
    rlimits: [{ name: 'RLIMIT_NOFILE', soft: 1, hard: 2 }, { name: 'RLIMIT_AS' }],
    gates: { stop: ['safe'], replace: [], start: ['caught-up'] },
  });
  assert.deepEqual(resourceSets, [
    {
      name: 'shared',
      cpus: 0.5,
      memoryMiB: 128,
      ports: [
        { name: 'client', port: 9092, envKey: 'PORT', advertise: true, vip: { prefix: 'client', port: 80 } },
        { name: 'other', port: 0, advertise: false },
      ],
      volumes: [
        { path: 'data', type: 'ROOT', sizeMiB: 100 },
        { path: 'log', type: 'MOUNT', sizeMiB: 200 },
      ],
    },
    {
      name: 'helper-resource-set',
      cpus: 0.1,
      memoryMiB: 32,
      ports: [{ name: 'p', port: 0, advertise: false }],
      volumes: [],
    },
  ]);
  assert.deepEqual(
    tasks.map(({ name, goal, essential }) => [name, goal, essential]),
    [
      ['init', 'ONCE', false],
      ['server', 'RUNNING', true],
      ['helper', 'FINISH', true],
    ],
  );
  assert.deepEqual(tasks[1], {
    name: 'server',
    goal: 'RUNNING',
    essential: true,
    cmd: 'exec server',
    env: { A: '1.10', B: 'true', C: '', D: 'x' },
    configs: [{ name: 'main', dest: 'conf/main', template: 'x={{x}}' }],
    resourceSet: 'shared',
    readinessCheck: { cmd: 'r', intervalMs: 250, timeoutMs: 1500, delayMs: 2000 },
    healthCheck: { cmd: 'h', intervalMs: 5000, timeoutMs: 10_000, delayMs: 0, graceMs: 30_000, failuresMax: 3 },
    killGraceMs: 7000,
    labels: { a: '1', b: 'x:y' },
    discovery: { prefix: 'srv', visibility: 'CLUSTER' },
    live: { procedure: 'apply', values: { k: '5' } },
  });
  assert.deepEqual(plans[0]?.phases[0]?.steps, [
    { index: 0, kind: 'launch', tasks: ['server'] },
    { index: 1, kind: 'launch', tasks: ['init'] },
    { index: 1, kind: 'launch', tasks: ['server', 'helper'] },
    { index: 2, kind: 'launch', tasks: ['server'] },
  ]);
  assert.deepEqual(plans[0]?.phases[1]?.steps, [
    { kind: 'launch', tasks: ['init'] },
    { kind: 'launch', tasks: ['server'] },
  ]);
});

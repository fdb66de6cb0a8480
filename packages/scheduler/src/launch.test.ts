import assert from 'node:assert/strict';
import test from 'node:test';
import type { LaunchTask, Offer, PodSpec, Reservation, TaskSpec } from '@warder/core';
import type { EngineTask } from '@warder/engine';
import { launchOf } from './launch.ts';

const reservation: Reservation = {
  id: 'r',
  instance: 'web-1',
  agentId: 'a',
  hostname: 'host-a',
  address: '10.0.0.9',
  attributes: { zone: 'z1' },
  sets: [],
};

const server: TaskSpec = {
  name: 'server',
  goal: 'RUNNING',
  essential: true,
  cmd: 'exec server',
  env: { A: 'spec', TASK_NAME: 'spec', PARAM: 'spec' },
  configs: [],
  resourceSet: 'set',
  killGraceMs: 0,
  labels: {},
};

const web: PodSpec = {
  name: 'web',
  count: 2,
  allowDecommission: false,
  uris: [],
  rlimits: [],
  resourceSets: [
    {
      name: 'set',
      cpus: 1,
      memoryMiB: 32,
      ports: [{ name: 'http', port: 0, envKey: 'PORT', advertise: false, vip: { prefix: 'www', port: 80 } }],
      volumes: [],
    },
  ],
  tasks: [server],
  gates: { stop: [], replace: [], start: [] },
};

type Wanted = {
  readonly pod?: Partial<PodSpec>;
  readonly task?: Partial<TaskSpec>;
  readonly params?: LaunchTask['params'];
  readonly offer?: Offer;
};

const launched = ({ pod = {}, task = {}, params, offer }: Wanted = {}): EngineTask => {
  const spec = { ...server, ...task };
  const wanted: LaunchTask = { taskId: 't', spec, ports: { http: 8080 }, peers: {}, ...(params ? { params } : {}) };
  const action = {
    type: 'launch',
    operationId: 'o',
    reservation,
    pod: { ...web, ...pod },
    configId: 'c',
    tasks: [wanted],
  } as const;
  const service = { name: 'prod/my.web', user: 'nobody', pods: [], plans: [] };
  const [only] = launchOf(service, action, offer, new Map()).tasks;
  return only ?? assert.fail();
};

test('a task finds the variables of dcos-commons in its environment', () => {
  assert.deepEqual(launched().env, {
    A: 'spec',
    PARAM: 'spec',
    SERVICE_NAME: 'prod/my.web',
    FRAMEWORK_NAME: 'prod/my.web',
    FRAMEWORK_HOST: 'prodmy-web.warder.internal',
    FRAMEWORK_VIP_HOST: 'prodmy-web.vip.warder.internal',
    TASK_NAME: 'web-1-server',
    'web-1-server': 'true',
    POD_INSTANCE_INDEX: '1',
    TASK_ADDRESS: '10.0.0.9',
    AGENT_HOSTNAME: 'host-a',
    ZONE: 'z1',
    REGION: '',
    PLACEMENT_REFERENCED_ZONE: 'false',
    PLACEMENT_REFERENCED_REGION: 'false',
    PORT: '8080',
  });
});

test('parameters of the run win over the spec, but not over what every task has', () => {
  const { env } = launched({ params: { PARAM: 'run', TASK_NAME: 'run' } });
  assert.equal(env['PARAM'], 'run');
  assert.equal(env['TASK_NAME'], 'web-1-server');
});

test('a task knows whether its placement speaks of zones and regions', () => {
  const byZone = { kind: 'max-per', field: 'zone', max: 1 } as const;
  const notHere = { kind: 'not', rule: { kind: 'is', field: 'region', value: 'x', not: false } } as const;
  const { env } = launched({ pod: { placement: { kind: 'all', rules: [byZone, notHere] } } });
  assert.equal(env['PLACEMENT_REFERENCED_ZONE'], 'true');
  assert.equal(env['PLACEMENT_REFERENCED_REGION'], 'true');
});

test('a template can ask which task it is rendered for', () => {
  const template = '{{#web-1-server}}mine{{/web-1-server}}{{#web-0-server}}not mine{{/web-0-server}}';
  const { files } = launched({ task: { configs: [{ name: 'c', dest: 'c', template }] } });
  assert.deepEqual(files, [{ path: 'c', content: 'mine', mode: 0o640 }]);
});

test('tasks and VIPs have whole names', () => {
  const discovery = { prefix: 'site', visibility: 'CLUSTER' } as const;
  const { hostnames, vips } = launched({ task: { discovery } });
  assert.deepEqual(hostnames, ['web-1-server.prodmy-web.warder.internal', 'site-1.prodmy-web.warder.internal']);
  assert.deepEqual(vips, [
    { prefix: 'www', port: 80, backendPort: 8080, hostname: 'www.prodmy-web.vip.warder.internal' },
  ]);
});

test('what is said of isolation arrives, and nothing else', () => {
  const plain = launched();
  for (const key of ['hostVolumes', 'sharePid', 'shareIpc', 'shmSizeMiB', 'seccomp', 'limits'])
    assert.ok(!(key in plain));
  const sets = web.resourceSets.map((set) => ({ ...set, limits: { cpus: 'unlimited' as const } }));
  const hostVolumes = [{ name: 'h', hostPath: '/h', containerPath: 'h', mode: 'RO' }] as const;
  const seccomp = { kind: 'profile', name: 'strict' } as const;
  const pod = { sharePidNamespace: true, shmSizeMiB: 64, seccomp, hostVolumes, resourceSets: sets };
  const shared = launched({ pod, task: { ipcMode: 'SHARE_PARENT' } });
  const { sharePid, shareIpc, shmSizeMiB, limits } = shared;
  assert.deepEqual([sharePid, shareIpc, shmSizeMiB, limits], [true, true, 64, { cpus: 'unlimited' }]);
  assert.deepEqual([shared.seccomp, shared.hostVolumes], [seccomp, hostVolumes]);
  assert.equal(launched({ pod, task: { ipcMode: 'PRIVATE', shmSizeMiB: 16 } }).shmSizeMiB, 16);
});

test('a command that calls bootstrap finds one, unless the pod brings its own', () => {
  const bootstrapIn = (wanted: Wanted) => launched(wanted).files.find(({ path }) => path === 'bootstrap');
  for (const cmd of [
    './bootstrap && x',
    '$MESOS_SANDBOX/bootstrap -resolve=false',
    'a=$( ./bootstrap -get-task-ip )',
  ]) {
    assert.equal(bootstrapIn({ task: { cmd } })?.mode, 0o755, cmd);
  }
  assert.equal(bootstrapIn({ task: { cmd: 'bootstrap-server ./bootstrapper' } }), undefined);
  const uris = [{ uri: 'https://example.org/bootstrap.zip', dest: '.', extract: true, executable: false }];
  assert.equal(bootstrapIn({ task: { cmd: './bootstrap' }, pod: { uris } }), undefined);
});

test('what a template asks for and only a command that calls bootstrap knows is left to it; else it is a problem', () => {
  const configs = [{ name: 'conf', dest: 'etc/x.conf', template: '{{TASK_NAME}} {{LISTENERS}}' }];
  const { files } = launched({ task: { configs, cmd: 'export LISTENERS=x && ./bootstrap && y' } });
  assert.equal(files.find(({ path }) => path === 'etc/x.conf')?.content, 'web-1-server {{LISTENERS}}');
  assert.match(files.find(({ path }) => path === 'bootstrap')?.content ?? '', /^fill 'etc\/x\.conf' 'LISTENERS'$/m);
  assert.throws(() => launched({ task: { configs } }), /conf:1:15: `LISTENERS` has no value here/);
});

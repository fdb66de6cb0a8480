/** Plans that code makes, and that go through several configurations. */
import { test } from 'node:test';
import type { MadeStep, PackageCode, ServiceSpec } from './index.ts';
import { approve, call, configure, phase } from './index.ts';
import { expect, script, send } from './testing/index.ts';

const spec: ServiceSpec = {
  name: 'demo',
  user: 'nobody',
  pods: [
    {
      name: 'node',
      count: 2,
      allowDecommission: true,
      uris: [],
      rlimits: [],
      gates: { stop: [], replace: [], start: [] },
      resourceSets: [{ name: 'main', cpus: 1, memoryMiB: 64, ports: [], volumes: [] }],
      tasks: [
        {
          name: 'server',
          goal: 'RUNNING',
          essential: true,
          cmd: 'serve',
          env: {},
          configs: [],
          resourceSet: 'main',
          killGraceMs: 1_000,
          labels: {},
        },
      ],
    },
  ],
  plans: [],
};

const mode = (name: string): MadeStep => configure(name, { options: { mode: name } });

const code: PackageCode = {
  procedures: { finalise: async () => 'done' },
  refusals: ({ to }) => (to.version === '9.0.0' ? ['9.0.0 is not for this'] : []),
  spec: ({ spec: given, version, options }) => ({
    ...given,
    pods: given.pods.map((pod) => ({
      ...pod,
      tasks: pod.tasks.map((task) => ({ ...task, env: { VERSION: version, MODE: String(options['mode']) } })),
    })),
  }),
  plans: {
    upgrade: {
      summary: 'To another version.',
      params: { to: 'which' },
      make: async ({ params }) => ({
        strategy: 'serial',
        phases: [
          phase<MadeStep>('binaries', {}, configure('binaries', { version: params['to'] ?? '' })),
          phase<MadeStep>('mode', {}, approve('for good?'), configure('mode', { options: { mode: 'new' } })),
          phase('final', {}, call('finalise', { oneWay: 'it is final' })),
        ],
      }),
    },
    move: {
      summary: 'Elsewhere, with a way back of its own.',
      make: async () => ({
        strategy: 'serial',
        phases: [phase('there', {}, approve('go?'), mode('half'), mode('there'))],
      }),
      rollback: 'move-back',
    },
    'move-back': {
      summary: 'From wherever it is.',
      make: async ({ service }) => ({
        strategy: 'serial',
        phases: [phase(`from-${String(service.options['mode'])}`, {}, call('finalise'), mode('back'))],
      }),
    },
  },
};

const installed = send.configure({ mode: 'old' }, '1.0.0');

test('each change comes on top of the one before, by an update of its own', async () => {
  await script({ code, spec })
    .send(installed, send.start('upgrade', { to: '2.0.0' }))
    .expect(expect.env('node-0-server', { VERSION: '2.0.0', MODE: 'old' }), expect.runs('update', 1))
    .expect(expect.step('upgrade', 'approve', 'WAITING', 'for good?'))
    .send(send.serverRestarts(), send.approve('upgrade'))
    .expect(expect.env('node-1-server', { VERSION: '2.0.0', MODE: 'new' }), expect.runs('update', 2))
    .expect(expect.plan('upgrade', 'COMPLETE'))
    .send(send.rollBack('upgrade'))
    .expect(expect.answer('no-way-back', /it is final/))
    .run();
});

test('until then it is rolled back to where it began', async () => {
  await script({ code, spec })
    .send(installed, send.start('upgrade', { to: '2.0.0' }), send.rollBack('upgrade'))
    .expect(expect.env('node-0-server', { VERSION: '1.0.0', MODE: 'old' }), expect.plan('upgrade', 'ROLLED_BACK'))
    .run();
});

test('a stage that the package refuses begins nothing', async () => {
  await script({ code, spec })
    .send(installed, send.start('upgrade', { to: '9.0.0' }))
    .expect(expect.answer('config-refused', /binaries: 9\.0\.0 is not for this/), expect.runs('upgrade', 0))
    .run();
});

test('a way back of its own is made for how things stand, and only once it is asked for', async () => {
  await script({ code, spec })
    .send(installed, send.start('move'), send.approve('move'))
    .expect(expect.plan('move', 'COMPLETE'), expect.env('node-0-server', { VERSION: '1.0.0', MODE: 'there' }))
    .send(send.start('move-back'))
    .expect(expect.env('node-0-server', { VERSION: '1.0.0', MODE: 'back' }))
    .send(send.start('move'), send.approve('move'), send.rollBack('move'))
    .expect(expect.env('node-0-server', { VERSION: '1.0.0', MODE: 'back' }), expect.plan('move-back', 'COMPLETE'))
    .run();
});

/** What package code can do besides gates, each in a script. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deed, Detection, PackageCode, ServiceSpec } from './index.ts';
import { PackageError } from './index.ts';
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
  plans: [
    {
      name: 'mend',
      strategy: 'parallel',
      phases: [{ name: 'mend', strategy: 'serial', steps: [{ kind: 'call', name: 'mend', procedure: 'mend' }] }],
    },
  ],
};

const installed = send.configure();
const mend = async (): Promise<string> => 'mended';

test('a wait step asks its probe until it has been open for its soak', async () => {
  let open = false;
  const code: PackageCode = {
    probes: { calm: async ({ args, runId }) => ({ open, reason: `${String(args)} at ${runId}` }) },
    spec: (input) => ({
      ...input.spec,
      plans: [
        {
          name: 'look',
          strategy: 'serial',
          phases: [
            {
              name: 'look',
              strategy: 'serial',
              steps: [{ kind: 'wait', name: 'calm', probe: 'calm', args: 'the sea', soakMs: 60_000 }],
            },
          ],
        },
      ],
    }),
  };
  await script({ code, spec })
    .send(installed, send.start('look'))
    .expect(expect.step('look', 'calm', 'WAITING', /^the sea at run-/))
    .send(
      send.that('the sea is calm', () => {
        open = true;
      }),
      send.time('30 s'),
    )
    .expect(expect.step('look', 'calm', 'WAITING', /60 s/))
    .send(send.time('40 s'))
    .expect(expect.plan('look', 'COMPLETE'))
    .run();
});

test('a procedure adds phases to its run; phases that do not fit are a failure of the procedure', async () => {
  let pod = 'nobody';
  const code: PackageCode = {
    procedures: {
      mend: async ({ addPhases }) => addPhases([{ name: 'roll', pod, strategy: 'serial', steps: [{ kind: 'stop' }] }]),
    },
  };
  await script({ code, spec })
    .send(installed, send.start('mend'))
    .expect(expect.step('mend', 'mend', 'STARTING', 'phase roll: there is no pod nobody'))
    .send(
      send.that('the package is corrected', () => {
        pod = 'node';
      }),
      send.time('6 s'),
    )
    .expect(expect.killed('node-0-server', 'node-1-server'))
    .run();
});

test('a plan is made for its start; what it does not take, or refuses, or makes wrong, begins nothing', async () => {
  const code: PackageCode = {
    plans: {
      roll: {
        summary: 'Stop one instance.',
        params: { NODE: 'which one' },
        make: async ({ params, service }) => {
          const index = Number(params['NODE']);
          if (params['NODE'] === undefined) throw new PackageError('node-missing', 'say which: NODE=1');
          if (index >= service.instances.length) return { strategy: 'serial', phases: 'none' as never };
          if (index < 0) throw new Error('below zero');
          return {
            strategy: 'serial',
            phases: [{ name: 'stop', pod: 'node', strategy: 'serial', steps: [{ index, kind: 'stop' }] }],
          };
        },
      },
    },
  };
  await script({ code, spec })
    .send(installed, send.start('roll'))
    .expect(expect.answer('node-missing', 'say which: NODE=1'), expect.runs('roll', 0))
    .send(send.start('roll', { POD: '1' }))
    .expect(expect.answer('param-invalid', 'the plan roll takes no parameter POD; it takes NODE'))
    .send(send.start('roll', { NODE: '7' }))
    .expect(expect.answer('plan-invalid', /could not make the plan roll: it answered nonsense: phases/))
    .send(send.start('roll', { NODE: '-1' }))
    .expect(expect.answer('plan-invalid', /below zero/), expect.runs('roll', 0))
    .send(send.start('roll', { NODE: '1' }))
    .expect(expect.answer('ok'), expect.killed('node-1-server'), expect.plan('roll', 'COMPLETE'))
    .run();
});

const failures: PackageCode = {
  procedures: { mend },
  reactions: {
    corrupt: {
      summary: 'Mends what has ended with code 3.',
      look: async ({ service }) =>
        service.instances.flatMap(({ name, tasks }) =>
          tasks.flatMap(({ failed }): readonly Deed[] =>
            failed?.exit?.code === 3
              ? [{ kind: 'start', plan: 'mend', key: `corrupt:${failed.id}`, reason: `${name} lost its data` }]
              : [],
          ),
        ),
    },
  },
};

test('a reaction sees a task that failed, also when it was started again meanwhile; one failure starts one run', async () => {
  await script({ code: failures, spec })
    .send(installed, send.fails('node-1-server', { code: 1 }), send.time('1 min'))
    .expect(expect.runs('mend', 0))
    .send(send.fails('node-1-server', { code: 3 }))
    .expect(expect.runs('mend', 0))
    .send(send.time('10 s'))
    .expect(expect.runs('mend', 1), expect.plan('mend', 'COMPLETE'))
    .expect(expect.cause('mend', 'reaction corrupt: node-1 lost its data'))
    .send(send.serverRestarts(), send.fails('node-0-server', { code: 1 }), send.time('1 h'))
    .expect(expect.runs('mend', 1))
    .send(send.fails('node-0-server', { code: 3 }), send.serverRestarts(), send.time('10 s'))
    .expect(expect.runs('mend', 2))
    .run();
});

test('a deed that cannot be done yet is done later, and once', async () => {
  const blocked: ServiceSpec = {
    ...spec,
    plans: spec.plans.map((plan) => ({
      ...plan,
      phases: [
        { name: 'ask', strategy: 'serial', steps: [{ kind: 'approve', name: 'ask', text: 'now?' }] },
        ...plan.phases,
      ],
      strategy: 'serial',
    })),
  };
  await script({ code: failures, spec: blocked })
    .send(installed, send.start('mend'), send.fails('node-1-server', { code: 3 }), send.time('1 min'))
    .expect(expect.runs('mend', 1))
    .send(send.approve('mend'), send.time('1 min'))
    .expect(expect.runs('mend', 2), expect.cause('mend', /reaction corrupt/))
    .send(send.time('1 h'))
    .expect(expect.runs('mend', 2))
    .run();
});

test('a detector acts when its condition has lasted, once until it was off, also if the server restarts', async () => {
  let seen: () => Detection = () => ({ on: false, reason: 'empty' });
  const see = (text: string, answer: () => Detection) =>
    send.that(text, () => {
      seen = answer;
    });
  const full = see('the disk is full', () => ({ on: true, reason: '95 % full' }));
  const empty = see('the disk is empty', () => ({ on: false, reason: 'empty' }));
  const code: PackageCode = {
    procedures: { mend },
    detectors: {
      'disk-full': {
        summary: 'Mends when the disk is full.',
        everyMs: 60_000,
        forMs: 600_000,
        deed: { kind: 'propose', plan: 'mend' },
        look: async () => seen(),
      },
    },
  };
  const broken = see('the disk cannot be asked', () => {
    throw new Error('no answer');
  });
  await script({ code, spec })
    .send(installed, full, send.time('9 min'))
    .expect(expect.runs('mend', 0), expect.detector('disk-full', { on: true }))
    .send(empty, send.time('2 min'), full, send.time('9 min'))
    .expect(expect.runs('mend', 0))
    // Since when is known to the next server; one that cannot be asked is neither full nor empty.
    .send(broken, send.time('1 min'), send.serverRestarts(), send.time('1 min'))
    .expect(expect.runs('mend', 0))
    .send(full, send.time('2 min'))
    .expect(expect.runs('mend', 1), expect.cause('mend', 'detector disk-full: 95 % full'))
    .expect(expect.step('mend', 'approve', 'WAITING', '95 % full'), expect.step('mend', 'mend', 'PENDING'))
    .send(broken, send.time('1 min'))
    .expect(expect.detector('disk-full', { on: true, error: /^no answer$/ }))
    .send(full, send.approve('mend'), send.serverRestarts(), send.time('2 h'))
    .expect(expect.runs('mend', 1), expect.plan('mend', 'COMPLETE'))
    .send(empty, send.time('2 min'), full, send.time('15 min'))
    .expect(expect.runs('mend', 2))
    .run();
});

test('a detector may replace an instance, when the gates let it go', async () => {
  let safe = false;
  const gated: ServiceSpec = {
    ...spec,
    pods: spec.pods.map((pod) => ({ ...pod, gates: { stop: [], replace: ['safe'], start: [] } })),
  };
  const code: PackageCode = {
    gates: { safe: async () => ({ open: safe, reason: 'another one is away' }) },
    detectors: {
      sick: {
        summary: 'Replaces what is sick.',
        everyMs: 10_000,
        forMs: 0,
        deed: { kind: 'replace' },
        look: async () => ({ on: true, reason: 'it coughs', instance: 'node-1' }),
      },
    },
  };
  await script({ code, spec: gated })
    .send(installed)
    .send(send.time('30 s'))
    .expect(expect.noAction(), expect.runs('replace', 0))
    .send(
      send.that('the other one is back', () => {
        safe = true;
      }),
      send.time('1 h'),
    )
    .expect(expect.launched('node-1-server'), expect.newPlace('node-1'), expect.runs('replace', 1))
    .run();
});

test('a reaction that throws or answers nonsense starts nothing, and shows', async () => {
  const answers: readonly (() => unknown)[] = [
    () => {
      throw new Error('oops');
    },
    () => [{ kind: 'explode' }],
    () => undefined,
    () => [{ kind: 'start', plan: 'nowhere', key: 'k', reason: 'why not' }],
  ];
  for (const answer of answers) {
    const code: PackageCode = { reactions: { wild: { summary: '', look: async () => answer() as never } } };
    await script({ code, spec }).send(installed, send.time('1 h')).expect(expect.plan('deploy', 'COMPLETE')).run();
  }
  assert.equal(answers.length, 4);
});

test('metrics and endpoints are what the code answers; nonsense is an error', async () => {
  const code: PackageCode = {
    metrics: async ({ service }) => [
      {
        name: 'nodes',
        help: 'How many.',
        type: 'gauge',
        labels: { of: service.name },
        value: service.instances.length,
      },
    ],
    endpoints: { first: async ({ instances }) => ({ name: instances[0]?.name }) },
  };
  await script({ code, spec })
    .send(installed)
    .expect(expect.metric('nodes', 2, { of: 'demo' }), expect.endpoint('first', { name: 'node-0' }))
    .run();
  const wrong: PackageCode = { metrics: async () => [{ name: '1', help: '', type: 'gauge', value: 1 }] };
  const asked = script({ code: wrong, spec }).send(installed).expect(expect.metric('1', 1)).run();
  await assert.rejects(asked, /instead: it answered nonsense: 0.name: it is no name of a metric/);
});

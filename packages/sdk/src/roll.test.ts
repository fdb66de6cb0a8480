/** How an update is rolled where its user wants it otherwise than the plan says, each in a script. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PackageCode, ServiceSpec } from './index.ts';
import { PackageError } from './index.ts';
import { expect, script, send } from './testing/index.ts';

const spec: ServiceSpec = {
  name: 'demo',
  user: 'nobody',
  pods: [
    {
      name: 'node',
      count: 5,
      allowDecommission: true,
      uris: [],
      rlimits: [],
      gates: { stop: ['safe'], replace: [], start: [] },
      resourceSets: [{ name: 'main', cpus: 0.1, memoryMiB: 64, ports: [], volumes: [] }],
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

/** Its value is in the environment of every task. */
const withValue: NonNullable<PackageCode['spec']> = ({ spec: made, options }) => ({
  ...made,
  pods: made.pods.map((pod) => ({
    ...pod,
    tasks: pod.tasks.map((task) => ({ ...task, env: { VALUE: JSON.stringify(options['value'] ?? 0) } })),
  })),
});

const gates: NonNullable<PackageCode['gates']> = { safe: async () => ({ open: true, reason: 'fine' }) };

const installed = send.configure({ value: 1 });

test('a package says which instances go together; each gate is told who may be away', async () => {
  const told: string[] = [];
  const code: PackageCode = {
    spec: withValue,
    gates: {
      safe: async ({ instance, together }) => {
        told.push(`${instance.name} with ${together.join(', ')}`);
        return { open: true, reason: 'fine' };
      },
    },
    batches: async ({ restarts, max }) => {
      const even = restarts.filter((name) => Number(name.slice(-1)) % 2 === 0);
      return [even.slice(0, max), restarts.filter((name) => !even.includes(name)), even.slice(max)];
    },
  };
  await script({ code, spec })
    .send(installed, send.roll({ value: 2 }, { parallel: 2 }))
    .expect(expect.answer('ok'), expect.plan('update', 'COMPLETE'))
    .expect(
      expect.steps(
        'update',
        'node-0:[server]',
        'node-2:[server]',
        'node-1:[server]',
        'node-3:[server]',
        'node-4:[server]',
      ),
    )
    .run();
  assert.deepEqual(told, ['node-0 with ', 'node-2 with node-0', 'node-1 with ', 'node-3 with node-1', 'node-4 with ']);
});

test('batches that are none, or refused, begin nothing', async () => {
  let answer: () => readonly (readonly string[])[] = () => [];
  const code: PackageCode = { spec: withValue, gates, batches: async () => answer() };
  const all = ['node-0', 'node-1', 'node-2', 'node-3', 'node-4'];
  const wrong = (batches: readonly (readonly string[])[], why: RegExp) =>
    [
      send.that(`the package answers ${JSON.stringify(batches)}`, () => {
        answer = () => batches;
      }),
      send.roll({ value: 2 }, { parallel: 2 }),
      why,
    ] as const;
  let play = script({ code, spec }).send(installed);
  for (const [change, roll, why] of [
    wrong([all], /more than 2/),
    wrong([all.slice(0, 2), all.slice(2, 4)], /node-4 is in no batch/),
    wrong([...all.map((name) => [name]), ['node-0']], /node-0 is in two batches/),
    wrong([...all.map((name) => [name]), ['node-9']], /node-9 does not restart/),
  ])
    play = play.send(change, roll).expect(expect.answer('roll-refused', why), expect.runs('update', 0));
  await play
    .send(
      send.that('the package refuses', () => {
        answer = () => {
          throw new PackageError('demo-silent', 'nobody answers', 409);
        };
      }),
      send.roll({ value: 2 }, { parallel: 2 }),
    )
    .expect(expect.answer('demo-silent', 'nobody answers'), expect.runs('update', 0))
    .run();
});

test('without batches of the package: refused where gates guard the stops, plain groups where none do', async () => {
  await script({ code: { spec: withValue, gates }, spec })
    .send(installed, send.roll({ value: 2 }, { parallel: 2 }))
    .expect(expect.answer('roll-unsupported', /gates guard the stops of node \(safe\)/), expect.runs('update', 0))
    .send(send.roll({ value: 2 }, { canary: { soakSeconds: 1, autoRollback: true } }))
    .expect(expect.answer('roll-unsupported', /no probe that judges a canary/), expect.runs('update', 0))
    .run();
  const open = { ...spec, pods: spec.pods.map((pod) => ({ ...pod, gates: { stop: [], replace: [], start: [] } })) };
  await script({ code: { spec: withValue }, spec: open })
    .send(installed, send.roll({ value: 2 }, { parallel: 2 }))
    .expect(
      expect.answer('ok'),
      expect.killed('node-0-server', 'node-1-server', 'node-2-server', 'node-3-server', 'node-4-server'),
    )
    .run();
});

test('the canary goes alone, is judged for as long as it is wanted, and leaves no hole in a batch', async () => {
  let well = false;
  const code: PackageCode = {
    spec: withValue,
    gates,
    probes: { well: async ({ instance }) => ({ open: well, reason: `${instance?.name} is looked at` }) },
    canary: 'well',
    batches: async ({ restarts, max }) =>
      Array.from({ length: Math.ceil(restarts.length / max) }, (_, at) => restarts.slice(at * max, (at + 1) * max)),
  };
  await script({ code, spec })
    .send(installed, send.roll({ value: 2 }, { parallel: 2, canary: { soakSeconds: 60, autoRollback: false } }))
    .expect(expect.killed('node-0-server'), expect.step('update', 'well', 'WAITING', 'node-0 is looked at'))
    .send(
      send.time('5 min'),
      send.that('it is well', () => {
        well = true;
      }),
      send.time('50 s'),
    )
    .expect(expect.noAction())
    .send(send.time('30 s'))
    .expect(expect.killed('node-1-server', 'node-2-server', 'node-3-server', 'node-4-server'))
    .expect(expect.plan('update', 'COMPLETE'))
    .run();
});

test('a canary that has failed is rolled back where that is wanted, and no other was touched', async () => {
  let failed = false;
  const code: PackageCode = {
    spec: withValue,
    gates,
    probes: { well: async () => ({ open: !failed, reason: 'errors', ...(failed ? { failed } : {}) }) },
    canary: 'well',
  };
  await script({ code, spec })
    .send(installed, send.roll({ value: 2 }, { canary: { soakSeconds: 60, autoRollback: true } }), send.time('30 s'))
    .expect(expect.killed('node-0-server'))
    .send(
      send.that('it fails', () => {
        failed = true;
      }),
      send.time('30 s'),
    )
    .expect(expect.killed('node-0-server'), expect.env('node-0-server', { VALUE: '1' }))
    .expect(expect.cause('update', /warder: rolls back to config-1.*since well: errors/))
    .run();
});

/** What detectors see of instances, and the replace that they propose, each in a script. */
import { test } from 'node:test';
import type { PackageCode, ServiceSpec } from './index.ts';
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

test('a replace that is proposed waits for a person, and what fails meanwhile is brought back', async () => {
  const code: PackageCode = {
    detectors: {
      sick: {
        summary: 'Proposes to replace what is sick.',
        everyMs: 10_000,
        forMs: 20_000,
        deed: { kind: 'replace', propose: true },
        look: async () => ({ on: true, reason: 'it coughs', instance: 'node-1' }),
      },
    },
  };
  await script({ code, spec })
    .send(installed)
    .send(send.time('1 min'))
    .expect(expect.noAction(), expect.step('replace', 'approve', 'WAITING', /it coughs/))
    .send(send.fails('node-1-server'), send.time('1 min'))
    .expect(expect.launched('node-1-server'), expect.samePlace('node-1'), expect.runs('replace', 1))
    .send(send.approve('replace'))
    .expect(expect.launched('node-1-server'), expect.newPlace('node-1'), expect.plan('replace', 'COMPLETE'))
    .send(send.time('1 h'))
    .expect(expect.runs('replace', 1))
    .run();
});

test('what a detector sees of another instance is another occasion', async () => {
  let sick = 'node-0';
  const code: PackageCode = {
    detectors: {
      sick: {
        summary: 'Replaces what is sick.',
        everyMs: 10_000,
        forMs: 20_000,
        deed: { kind: 'replace' },
        look: async () => ({ on: true, reason: 'it coughs', instance: sick }),
      },
    },
  };
  await script({ code, spec })
    .send(installed)
    .send(send.time('1 min'))
    .expect(expect.newPlace('node-0'), expect.runs('replace', 1))
    .send(
      send.that('it is another one', () => {
        sick = 'node-1';
      }),
      send.time('15 s'),
    )
    .expect(expect.runs('replace', 1))
    .send(send.time('45 s'))
    .expect(expect.newPlace('node-1'), expect.runs('replace', 2))
    .run();
});

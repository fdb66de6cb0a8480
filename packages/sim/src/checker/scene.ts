/** A small world without a scheduler, for the tests of checkers: they tell them what a scheduler would do. */
import type { Reservation } from '@warder/core';
import type { EngineTask, Launch } from '@warder/engine';
import { Cluster } from '../cluster/cluster.ts';
import { VirtualClock } from '../clock.ts';
import { quiet } from '../fault.ts';
import { Ledger } from '../ledger.ts';
import { Random } from '../random.ts';
import { drawShape } from '../shape/shape.ts';
import type { Checker } from '../truth.ts';
import { createAgents } from '../weather.ts';
import { checkersOf } from './checkers.ts';

export const reservation: Reservation = {
  id: 'r1',
  instance: 'node-0',
  agentId: 'agent-0',
  hostname: 'host-0',
  address: '10.0.0.1',
  sets: [
    {
      name: 'main',
      cpus: 1,
      memoryMiB: 10,
      ports: {},
      volumes: [{ id: 'v1', path: 'data', type: 'ROOT', sizeMiB: 1 }],
    },
  ],
};

export const task = (taskId: string, name = 'node-0-server'): EngineTask => ({
  taskId,
  name,
  resourceSet: 'main',
  cmd: 'serve',
  user: 'nobody',
  env: {},
  files: [],
  artifacts: [],
  rlimits: [],
  vips: [],
  graceMs: 1_000,
});

export const launch = (operationId: string, ...tasks: readonly EngineTask[]): Launch => ({
  operationId,
  reservation,
  tasks,
});

export function scene() {
  const clock = new VirtualClock(0);
  const random = new Random(1);
  const ledger = new Ledger('world');
  const complaints: string[] = [];
  const nothing = (): void => {};
  const cluster = new Cluster({
    clock,
    random,
    faults: () => quiet,
    agents: createAgents(random, 2, 1),
    trace: nothing,
  });
  const tenant = cluster.tenant({ launching: nothing, killing: nothing, releasing: nothing, trace: nothing });
  const shape = { ...drawShape(random, 'world'), gated: true };
  const truth = { tenant, ledger, setUps: new Set<string>(), nowMs: clock.now };
  const checkers = checkersOf(truth, shape, (text) => complaints.push(text));
  /** One commit; what the checkers say to it. */
  const commit = (changes: Readonly<Record<string, unknown>>): readonly string[] => {
    const before = complaints.length;
    const written = ledger.read(
      Object.entries(changes).map(([path, value]) => ({ path: ledger.prefix + path, value })),
    );
    for (const { committing } of checkers) committing?.(written);
    ledger.apply(written);
    for (const { committed } of checkers) committed?.(written);
    return complaints.slice(before);
  };
  const put = (path: string, value: unknown): void => void commit({ [path]: value });
  const tell = (act: (checker: Checker) => void): readonly string[] => {
    complaints.length = 0;
    for (const checker of checkers) act(checker);
    return [...complaints];
  };
  put('instance/node-0', { name: 'node-0', reservation });
  put('task/node-0/server', { id: 't1', name: 'server', instance: 'node-0', configId: 'config-1' });
  return { clock, cluster, tenant, ledger, complaints, commit, put, tell, shape };
}

export const bareRun = { id: 'run-1', plan: 'update', createdMs: 1, cause: { by: 'person', text: '', diff: [] } };

export const step = (id: string, status: string, more: object = {}) => ({
  id,
  runId: id.split('.')[0],
  status,
  work: { kind: 'launch', instance: `node-${id.split('.')[2]}`, replace: false, force: false },
  ...more,
});

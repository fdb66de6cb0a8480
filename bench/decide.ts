/** What one event costs the core, with 100 to 10,000 pods: it should not depend on their number. */
import { createService, decide, restore } from '@warder/core';
import type { NewConfig, Offer, PodSpec, State } from '@warder/core';
import type { Row } from './table.ts';

const SIZES = [100, 1_000, 10_000];
const STATUSES = 20_000;
const NOW_MS = 1_800_000_000_000;

export function benchDecide(): readonly Row[] {
  const rows = SIZES.map((pods) => measure(pods));
  const [smallest] = rows;
  return rows.map((row) => ({
    pods: String(row.pods),
    'deploy, decisions/s': Math.round(row.perSecond).toLocaleString('en'),
    'one status, µs': row.statusMicros.toFixed(1),
    'status, ratio to 100 pods': (row.statusMicros / (smallest?.statusMicros ?? 1)).toFixed(2),
    'restart (restore), ms': row.restoreMs.toFixed(0),
  }));
}

type Measured = {
  readonly pods: number;
  readonly perSecond: number;
  readonly statusMicros: number;
  readonly restoreMs: number;
};

function measure(pods: number): Measured {
  const state = emptyService(pods);
  const records = new Map<string, unknown>([['service', state.service]]);
  const began = performance.now();
  const decisions = deploy(state, pods, records);
  const deployMs = performance.now() - began;

  const tasks = [...state.tasks.values()].flatMap((named) => [...named.values()]);
  const statusBegan = performance.now();
  for (let n = 0; n < STATUSES; n += 1) {
    const task = tasks[(n * 7_919) % tasks.length];
    if (task === undefined) continue;
    const message = `news ${n}`;
    decide(
      state,
      { type: 'status', status: { taskId: task.id, agentId: task.agentId, state: 'RUNNING', ready: true, message } },
      NOW_MS + n,
    );
  }
  const statusMicros = ((performance.now() - statusBegan) * 1_000) / STATUSES;

  const stored = [...records].map(([path, value]) => ({ path, value: structuredClone(value) }));
  const restoreBegan = performance.now();
  decide(restore(stored), { type: 'started' }, NOW_MS);
  return { pods, perSecond: (decisions * 1_000) / deployMs, statusMicros, restoreMs: performance.now() - restoreBegan };
}

function emptyService(pods: number): State {
  const state = restore([]);
  createService(state, { name: 'bench', uid: '0'.repeat(32), packageName: 'bench' }, NOW_MS);
  for (let n = 0; n < Math.ceil(pods / 10); n += 1) decide(state, { type: 'offer', offer: offerOf(n) }, NOW_MS);
  return state;
}

/** Every launch is answered and every task runs at once, as fast as the core decides. */
function deploy(state: State, pods: number, records: Map<string, unknown>): number {
  let decisions = 0;
  const queue = [
    ...decideAndKeep({
      type: 'request',
      requestId: 'r',
      by: 'bench',
      request: { type: 'configure', config: configOf(pods) },
    }),
  ];
  for (let action = queue.shift(); action !== undefined; action = queue.shift()) {
    if (action.type !== 'launch') continue;
    queue.push(...decideAndKeep({ type: 'operation', operationId: action.operationId, ok: true }));
    for (const { taskId } of action.tasks) {
      const status = { taskId, agentId: action.reservation.agentId, state: 'RUNNING' as const, ready: true };
      queue.push(...decideAndKeep({ type: 'status', status }));
    }
  }
  return decisions;

  function decideAndKeep(event: Parameters<typeof decide>[1]): ReturnType<typeof decide>['actions'] {
    decisions += 1;
    const { changes, actions } = decide(state, event, NOW_MS + decisions);
    for (const [path, value] of changes) {
      if (value === undefined) records.delete(path);
      else records.set(path, value);
    }
    return actions;
  }
}

const offerOf = (n: number): Offer => ({
  agentId: `agent-${n}`,
  hostname: `agent-${n}`,
  address: '127.0.0.1',
  attributes: { zone: `zone-${n % 3}` },
  state: 'up',
  cpus: 64,
  memoryMiB: 262_144,
  diskMiB: 1_000_000,
  ports: [{ begin: 20_000, end: 32_000 }],
});

function configOf(count: number): NewConfig {
  const pod: PodSpec = {
    name: 'node',
    count,
    allowDecommission: false,
    uris: [],
    rlimits: [],
    gates: { stop: [], replace: [], start: [] },
    resourceSets: [
      {
        name: 'main',
        cpus: 1,
        memoryMiB: 1_024,
        ports: [{ name: 'client', port: 0, advertise: true }],
        volumes: [{ path: 'data', type: 'ROOT', sizeMiB: 1_000 }],
      },
    ],
    tasks: [
      {
        name: 'server',
        goal: 'RUNNING',
        essential: true,
        cmd: 'serve',
        env: {},
        configs: [],
        resourceSet: 'main',
        killGraceMs: 0,
        labels: {},
      },
    ],
  };
  const plan = {
    name: 'deploy',
    strategy: 'serial' as const,
    phases: [{ name: 'node', pod: 'node', strategy: 'parallel' as const }],
  };
  const spec = { name: 'bench', user: 'nobody', pods: [pod], plans: [plan] };
  return { spec, given: {}, options: {}, packageVersion: '1', version: '1' };
}

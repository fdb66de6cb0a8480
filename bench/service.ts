/** A service as large as wanted, and an engine that does at once what it is told: what the benches of the core share. */
import { createService, decide, restore } from '@warder/core';
import type { Action, NewConfig, Offer, PodSpec, State } from '@warder/core';

export const NOW_MS = 1_800_000_000_000;

type Event = Parameters<typeof decide>[1];

export class BenchService {
  readonly state: State;
  /** What a store would hold. */
  readonly records = new Map<string, unknown>();
  decisions = 0;

  constructor(agents: readonly Offer[], records?: ReadonlyMap<string, unknown>) {
    this.state = restore([...(records ?? [])].map(([path, value]) => ({ path, value })));
    if (records === undefined) {
      const service = { name: 'bench', uid: '0'.repeat(32), packageName: 'bench' };
      this.#keep(createService(this.state, service, NOW_MS).changes);
    }
    for (const offer of agents) this.tell({ type: 'offer', offer });
    // What was restored waits for this.
    this.settle(this.tell({ type: 'started' }));
  }

  /** One decision; what it changes is kept. */
  tell(event: Event): readonly Action[] {
    this.decisions += 1;
    const { changes, actions } = decide(this.state, event, NOW_MS + this.decisions);
    this.#keep(changes);
    return actions;
  }

  ask(request: Extract<Event, { type: 'request' }>['request']): readonly Action[] {
    return this.tell({ type: 'request', requestId: 'r', by: 'bench', request });
  }

  /** Every launch is confirmed and runs, every kill ends, until nothing is left to do. */
  settle(actions: readonly Action[]): void {
    const queue = [...actions];
    for (let at = 0; at < queue.length; at += 1) {
      const action = queue[at];
      if (action?.type === 'launch') {
        queue.push(...this.tell({ type: 'operation', operationId: action.operationId, ok: true }));
        for (const { taskId } of action.tasks)
          queue.push(...this.status(taskId, action.reservation.agentId, 'RUNNING'));
      } else if (action?.type === 'kill') queue.push(...this.status(action.taskId, action.agentId, 'KILLED'));
    }
  }

  status(taskId: string, agentId: string, state: 'RUNNING' | 'KILLED', message?: string): readonly Action[] {
    const ready = state === 'RUNNING';
    return this.tell({
      type: 'status',
      status: { taskId, agentId, state, ready, ...(message === undefined ? {} : { message }) },
    });
  }

  #keep(changes: ReadonlyMap<string, unknown>): void {
    for (const [path, value] of changes) {
      if (value === undefined) this.records.delete(path);
      else this.records.set(path, value);
    }
  }
}

export const agentsOf = (count: number): readonly Offer[] => Array.from({ length: count }, (_, n) => offerOf(n));

/** Machines of three sizes, in three zones and 250 racks. */
const offerOf = (n: number): Offer => ({
  agentId: `agent-${n}`,
  hostname: `agent-${n}`,
  address: '127.0.0.1',
  attributes: { zone: `zone-${n % 3}`, rack: `rack-${n % 250}` },
  state: 'up',
  cpus: 64,
  memoryMiB: 262_144 >> (n % 3),
  diskMiB: 1_000_000,
  ports: [{ begin: 20_000, end: 32_000 }],
});

/** One pod of so many instances, all of them deployed and updated at once. */
export function configOf(
  count: number,
  change: Partial<PodSpec> = {},
  env: Readonly<Record<string, string>> = {},
): NewConfig {
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
        env,
        configs: [],
        resourceSet: 'main',
        killGraceMs: 0,
        labels: {},
      },
    ],
    ...change,
  };
  const phases = [{ name: 'node', pod: 'node', strategy: 'parallel' as const }];
  const plans = ['deploy', 'update'].map((name) => ({ name, strategy: 'serial' as const, phases }));
  const spec = { name: 'bench', user: 'nobody', pods: [pod], plans };
  return { spec, given: {}, options: {}, packageVersion: '1', version: '1' };
}

/** What befalls the agents between requests, and the end of it. */
import type { Agent } from './cluster/agent.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { VirtualClock } from './clock.ts';
import type { Faults } from './fault.ts';
import type { Random } from './random.ts';

export function createAgents(random: Random, count: number): readonly Agent[] {
  return Array.from({ length: count }, (_, at) => createAgent(random, at));
}

function createAgent(random: Random, at: number): Agent {
  return {
    id: `agent-${at}`,
    hostname: `host-${at}`,
    address: `10.0.0.${at + 1}`,
    attributes: { zone: `zone-${at % 3}` },
    cpus: random.pick([8, 10, 12]),
    memoryMiB: 2_000,
    diskMiB: 2_000,
    disks: [],
    ports: { begin: 9_000, end: 9_000 + random.between(12, 20) },
    state: 'up',
    maintenance: undefined,
    foreignCpus: 0,
  };
}

const LOST_MAX_MS = 240_000;

/** One turn of the weather. */
export function blow(random: Random, faults: Faults, cluster: Cluster, clock: VirtualClock): void {
  const agent = random.pick([...cluster.agents.values()]);
  if (random.chance(faults.agentLost)) {
    cluster.lose(agent);
    clock.wake(clock.now() + random.between(1_000, LOST_MAX_MS), () => {
      if (agent.state === 'down' && random.chance(faults.agentRestarts)) cluster.restart(agent);
      cluster.bringBack(agent);
    });
  }
  if (random.chance(faults.agentRestarts) && agent.state === 'up') cluster.restart(agent);
  const gone = [...cluster.agents.values()].filter(({ state }) => state === 'gone').length;
  if (gone === 0 && random.chance(faults.agentGone)) cluster.destroy(agent);
  if (random.chance(faults.crowded)) {
    agent.foreignCpus = random.pick([0, 2, 4, 8]);
    cluster.offer(agent);
  }
}

/** The sun comes out: every agent that can be back is back, one that is gone has a successor. */
export function clear(random: Random, cluster: Cluster): void {
  for (const agent of cluster.agents.values()) {
    if (agent.foreignCpus === 0 && agent.state === 'up') continue;
    agent.foreignCpus = 0;
    if (agent.state === 'down') cluster.bringBack(agent);
    else if (agent.state === 'gone') cluster.add(createAgent(random, cluster.agents.size));
    cluster.offer(agent);
  }
  cluster.heal();
}

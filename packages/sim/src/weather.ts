/** What befalls the agents between requests, and the end of it. */
import type { Agent } from './cluster/agent.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { VirtualClock } from './clock.ts';
import type { Faults } from './fault.ts';
import type { Random } from './random.ts';

/** Big enough for so many services. */
export function createAgents(random: Random, count: number, services: number): readonly Agent[] {
  return Array.from({ length: count }, (_, at) => createAgent(random, at, services, `zone-${at % 3}`));
}

function createAgent(random: Random, at: number, services: number, zone: string): Agent {
  return {
    id: `agent-${at}`,
    hostname: `host-${at}`,
    address: `10.0.0.${at + 1}`,
    attributes: { zone, region: 'here' },
    cpus: services * random.pick([8, 10, 12]),
    memoryMiB: services * 2_000,
    diskMiB: services * 2_000,
    disks: Array.from({ length: services * 5 }, (_, disk) => ({ id: `agent-${at}-disk-${disk}`, sizeMiB: 200 })),
    ports: { begin: 9_000, end: 9_000 + services * random.between(16, 24) },
    services,
    state: 'up',
    maintenance: undefined,
    maintainedMs: undefined,
    foreignCpus: 0,
  };
}

const LOST_MAX_MS = 240_000;
const MAINTAINED_MAX_MS = 180_000;

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
  if (random.chance(faults.maintained)) {
    cluster.maintain(agent, random.chance(0.5) ? 'cordoned' : 'drained');
    clock.wake(clock.now() + random.between(1_000, MAINTAINED_MAX_MS), () => cluster.maintain(agent, undefined));
  }
  if (random.chance(faults.crowded)) {
    agent.foreignCpus = random.pick([0, 2, 4, 8]);
    cluster.offer(agent);
  }
}

/** The sun comes out: every agent that can be back is back, one that is gone has a successor. */
export function clear(random: Random, cluster: Cluster): void {
  for (const agent of cluster.agents.values()) {
    cluster.maintain(agent, undefined);
    if (agent.foreignCpus === 0 && agent.state === 'up') continue;
    agent.foreignCpus = 0;
    const { zone = '' } = agent.attributes;
    if (agent.state === 'down') cluster.bringBack(agent);
    else if (agent.state === 'gone') cluster.add(createAgent(random, cluster.agents.size, agent.services, zone));
    cluster.offer(agent);
  }
  cluster.heal();
}

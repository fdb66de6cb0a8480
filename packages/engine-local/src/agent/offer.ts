/** What an agent has left, as an offer. */
import type { Offer } from '@warder/core';
import type { World } from '../world.ts';
import type { Agent } from './agents.ts';
import { freeOf, portsOf } from './ledger.ts';
import { listeningOn } from './port.ts';
import { diskOf } from './size.ts';

export const offerOf = ({ agents, ledger, home }: World, agent: Agent): Offer => {
  const entries = ledger.onAgent(agent.id);
  const { ports, disks, gpus, ...free } = freeOf(
    agent,
    entries,
    takenPorts(agent, new Set(portsOf(entries.flatMap((entry) => entry.reservation.sets)))),
  );
  const maintenance = agents.maintenanceOf(agent.id);
  return {
    agentId: agent.id,
    hostname: agent.hostname,
    address: agent.address,
    attributes: agent.attributes,
    state: agents.stateOf(agent.id),
    ...(maintenance !== undefined && { maintenance }),
    cpus: free.cpus,
    memoryMiB: free.memoryMiB,
    // What is promised may already be on the disk, what others wrote is too.
    diskMiB: Math.min(free.diskMiB, diskOf(home.engine).freeMiB),
    ...(agent.gpus.length > 0 && { gpus: gpus.length }),
    ...(agent.disks.length > 0 && { disks }),
    ...(agent.role !== undefined && { role: agent.role }),
    ports,
  };
};

/** Ports that something else listens on. A namespace of its own has nothing but our tasks in it. */
const takenPorts = (agent: Agent, own: ReadonlySet<number>): ReadonlySet<number> =>
  agent.network === undefined ? new Set([...listeningOn(agent.address)].filter((port) => !own.has(port))) : new Set();

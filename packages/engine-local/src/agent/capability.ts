/** What this engine says of itself. */
import type { Feature } from '@warder/core';
import type { Capabilities } from '@warder/engine';
import type { World } from '../world.ts';

export const capabilitiesOf = ({ jail, network, agents }: Pick<World, 'jail' | 'network' | 'agents'>): Capabilities => {
  const gpus: readonly Feature[] = agents.all.some((agent) => agent.gpus.length > 0) ? ['gpus'] : [];
  return {
    offers: 'advisory',
    reservations: 'full',
    ports: 'per-host',
    statuses: 'level',
    isolation: [...jail.isolation, ...(network === undefined ? [] : (['network'] as const))],
    vips: true,
    features: [...jail.features, ...gpus].toSorted(),
    agentOrders: ['cordon', 'drain', 'uncordon', 'gone', 'down', 'up'],
    hostnames: jail.mode === 'jail',
  };
};

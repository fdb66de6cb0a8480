/** Give a reservation back and destroy its volumes. */
import { rmSync } from 'node:fs';
import type { Reservation } from '@warder/core';
import { EngineError } from './error.ts';
import { volumePath } from './agent/disk.ts';
import { liveTasksOf } from './world.ts';
import type { World } from './world.ts';

/**
 * Rejects, changing nothing, while a task of it runs. The record goes last: a release that was cut off is known to be
 * owed, and done again.
 */
export const release = (world: World, reservation: Pick<Reservation, 'id' | 'agentId'>): void => {
  const entry = world.ledger.get(reservation.id);
  if (entry === undefined) return;
  const [live] = liveTasksOf(world, reservation.id);
  if (live !== undefined)
    throw new EngineError('engine-release-refused', `${live.place.id} still runs`, 'kill it first');
  if (world.agents.stateOf(entry.reservation.agentId) === 'down') {
    const message = `${entry.reservation.agentId} is down: what is on it cannot be reached`;
    throw new EngineError('engine-release-refused', message, 'wait for the agent, or declare it gone');
  }
  for (const volume of entry.volumes) rmSync(volumePath(world.home, volume), { recursive: true, force: true });
  world.ledger.remove(reservation.id);
  world.offersChanged();
};

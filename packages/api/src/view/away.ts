/** Instances whose agent does not answer: what was known of them last may not be true any more. Pure. */
import type { State } from '@warder/core';
import type { Waiting } from './why.ts';

/** The agent that an instance has its place on, when that is not reachable now. */
export function agentAway(state: State, instance: string): string | undefined {
  const agentId = state.instances.get(instance)?.reservation?.agentId;
  return agentId !== undefined && state.offers.get(agentId)?.state === 'down' ? agentId : undefined;
}

export const nextOfAway = (agentId: string): string =>
  `bring the agent back; if it never comes back: warder agent gone ${agentId}`;

/** Those that no step speaks of. */
export function awayInstances(state: State): Waiting[] {
  return [...state.instances.keys()].flatMap((what) => {
    const agentId = agentAway(state, what);
    if (agentId === undefined || state.index.owner.has(what)) return [];
    const reason = `${agentId} cannot be reached; what it ran may still run there`;
    return [{ what, reason, next: nextOfAway(agentId) }];
  });
}

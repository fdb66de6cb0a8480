import type { Host } from '../host.ts';

export type Placed = { readonly service: string; readonly instance: string };

/** The instances of all services that have their place on an agent. */
export function instancesOn(host: Host, agentId: string): readonly Placed[] {
  return host.services().flatMap(({ name, scheduler }) => {
    const instances = [...(scheduler?.state.instances.values() ?? [])];
    return instances
      .filter(({ reservation }) => reservation?.agentId === agentId)
      .map((instance) => ({ service: name, instance: instance.name }));
  });
}

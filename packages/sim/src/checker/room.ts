/** Who waits for a place though there is one: by counting what is free and what the rules allow. */
import type { InstanceRecord, PodSpec } from '@warder/core';
import type { Agent } from '../cluster/agent.ts';
import type { Tenant } from '../cluster/tenant.ts';
import type { Ledger } from '../ledger.ts';
import { allows, placesOf } from './place.ts';

export function overlooked(tenant: Tenant, ledger: Ledger): readonly string[] {
  const waiting = ledger
    .runs()
    .flatMap((run) => (run.ended === undefined ? ledger.steps(run) : []))
    .filter(({ reason, status }) => status !== 'COMPLETE' && reason?.text.startsWith('no agent fits') === true)
    .flatMap(({ work }) => ('instance' in work ? (ledger.instance(work.instance ?? '') ?? []) : []));
  return waiting.flatMap((instance) => {
    const pod = ledger.config(instance.configId)?.spec.pods.find(({ name }) => name === instance.pod);
    const agent = [...tenant.agents.values()].find(
      (one) => pod !== undefined && hasRoom(tenant, ledger, pod, instance, one),
    );
    return agent === undefined ? [] : [`${instance.name} waits for a place, and ${agent.id} has one`];
  });
}

function hasRoom(tenant: Tenant, ledger: Ledger, pod: PodSpec, { name }: InstanceRecord, agent: Agent): boolean {
  if (agent.state !== 'up' || agent.maintenance !== undefined) return false;
  const free = tenant.free(agent);
  const { resourceSets: sets, volumes = [], placement } = pod;
  const all = [...volumes, ...sets.flatMap((set) => set.volumes)];
  const sum = (of: (set: PodSpec['resourceSets'][number]) => number): number =>
    sets.reduce((whole, set) => whole + of(set), 0);
  const others = ledger.instances().filter((other) => other.name !== name);
  return (
    sum(({ cpus }) => cpus) <= free.cpus &&
    sum(({ memoryMiB }) => memoryMiB) <= free.memoryMiB &&
    sum(({ ports }) => ports.length) <= free.ports.reduce((whole, { begin, end }) => whole + end - begin + 1, 0) &&
    all.reduce((whole, { type, sizeMiB }) => whole + (type === 'ROOT' ? sizeMiB : 0), 0) <= free.diskMiB &&
    all.filter(({ type }) => type === 'MOUNT').length <= (free.disks?.length ?? 0) &&
    (placement === undefined || allows(placement, pod.name, agent, placesOf(others, tenant.agents)))
  );
}

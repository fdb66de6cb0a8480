import type { PodSpec, PortSpec, Reservation, State } from '@warder/core';
import type { VipView } from '@warder/engine';
import { z } from 'zod';
import { targetSpec } from './plan.ts';

export const endpointView = z
  .object({
    dns: z.array(z.string()).describe('host:port, where the cluster has names for tasks'),
    address: z.array(z.string()).describe('ip:port of the running tasks'),
    vip: z.string().optional().describe('One stable ip:port in front of the healthy tasks'),
  })
  .meta({ id: 'Endpoint' });

export type EndpointView = z.infer<typeof endpointView>;

type Advertised = { readonly endpoint: string; readonly pod: PodSpec; readonly set: string; readonly port: PortSpec };

/** The advertised ports, each under the name of its VIP or else of the port. */
export function endpointNames(state: State): readonly string[] {
  return [...new Set(advertised(state).map(({ endpoint }) => endpoint))];
}

/** Undefined: no advertised port has that name. */
export function viewEndpoint(state: State, name: string, vips: readonly VipView[]): EndpointView | undefined {
  const ports = advertised(state).filter(({ endpoint }) => endpoint === name);
  if (ports.length === 0) return undefined;
  const vip = vips.find(({ prefix }) => prefix === name);
  return {
    dns: [],
    address: [...new Set(ports.flatMap((port) => addresses(state, port)))],
    ...(vip === undefined ? {} : { vip: `${vip.address}:${vip.port}` }),
  };
}

function advertised(state: State): readonly Advertised[] {
  return (targetSpec(state)?.pods ?? []).flatMap((pod) =>
    pod.resourceSets.flatMap((set) =>
      set.ports
        .filter((port) => port.advertise || port.vip !== undefined)
        .map((port) => ({ endpoint: port.vip?.prefix ?? port.name, pod, set: set.name, port })),
    ),
  );
}

function addresses(state: State, { pod, set, port }: Advertised): readonly string[] {
  const tasks = pod.tasks.filter((task) => task.resourceSet === set).map((task) => task.name);
  return [...state.instances.values()]
    .filter((instance) => instance.pod === pod.name)
    .toSorted((a, b) => a.index - b.index)
    .filter((instance) => tasks.some((task) => isRunning(state, instance.name, task)))
    .map((instance) => addressOf(instance.reservation, set, port.name))
    .filter((address) => address !== undefined);
}

function isRunning(state: State, instance: string, task: string): boolean {
  return state.tasks.get(instance)?.get(task)?.state === 'RUNNING';
}

function addressOf(reservation: Reservation | undefined, set: string, port: string): string | undefined {
  const number = reservation?.sets.find((reserved) => reserved.name === set)?.ports[port];
  if (reservation === undefined || number === undefined) return undefined;
  return `${reservation.address}:${number}`;
}

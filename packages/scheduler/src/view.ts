/** The service as package code sees it. */
import { portsOf } from '@warder/core';
import type { InstanceRecord, State } from '@warder/core';
import type { InstanceView, ServiceView } from './package.ts';

/** Throws when there is no configuration yet: no package code is asked before that. */
export function viewOf(state: State): ServiceView {
  const { service } = state;
  const config = state.configs.get(service?.targetConfigId ?? '');
  if (service === undefined || config === undefined) throw new Error('the service has no configuration yet');
  return {
    name: service.name,
    uid: service.uid,
    version: config.version,
    options: config.options,
    spec: config.spec,
    instances: [...state.instances.values()].map((instance) => instanceView(state, instance)),
  };
}

function instanceView(state: State, instance: InstanceRecord): InstanceView {
  const { name, pod, index, reservation } = instance;
  return {
    name,
    pod,
    index,
    ...(reservation === undefined ? {} : { address: reservation.address, hostname: reservation.hostname }),
    ports: portsOf(instance),
    tasks: [...(state.tasks.get(name)?.values() ?? [])].map((task) => ({
      id: task.id,
      name: task.name,
      state: task.state,
      // Who is about to stop cannot be counted on.
      ready: task.ready && task.killing === undefined,
      ...(task.startedMs === undefined ? {} : { startedMs: task.startedMs }),
    })),
  };
}

/** The service as package code sees it: snapshots that share what has not changed, so that one costs what changed. */
import { portsOf } from '@warder/core';
import type { ConfigRecord, InstanceRecord, State } from '@warder/core';
import type { InstanceView, ServiceView } from './package/view.ts';

export class ViewBook {
  readonly #state: State;
  readonly #instances = new Map<string, InstanceView>();
  readonly #stale = new Set<string>();
  #config: ConfigRecord | undefined;
  #view: ServiceView | undefined;

  constructor(state: State) {
    this.#state = state;
    for (const name of state.instances.keys()) this.#stale.add(name);
  }

  /** Paths of records that have changed. */
  changed(paths: Iterable<string>): void {
    for (const path of paths) {
      // `instance/node-0`, `task/node-0/server`: one is looked at for every record that changes.
      const end = path.startsWith('instance/') ? path.length : path.startsWith('task/') ? path.lastIndexOf('/') : 0;
      if (end > 0) this.#stale.add(path.slice(path.indexOf('/') + 1, end));
    }
  }

  /** Undefined while there is no configuration. Two looks between which nothing has changed give the same object. */
  view(): ServiceView | undefined {
    const { service, configs, instances } = this.#state;
    const config = configs.get(service?.targetConfigId ?? '');
    if (service === undefined || config === undefined) return undefined;
    if (this.#view !== undefined && config === this.#config && this.#stale.size === 0) return this.#view;
    for (const name of this.#stale) {
      const instance = instances.get(name);
      if (instance === undefined) this.#instances.delete(name);
      else this.#instances.set(name, instanceView(this.#state, instance));
    }
    this.#stale.clear();
    this.#config = config;
    const { name, uid } = service;
    const { version, options, spec } = config;
    this.#view = { name, uid, version, options, spec, instances: [...this.#instances.values()] };
    return this.#view;
  }
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
      stateMs: task.stateMs,
      ...(task.startedMs === undefined ? {} : { startedMs: task.startedMs }),
      ...(task.exit === undefined ? {} : { exit: task.exit }),
      ...(task.message === undefined ? {} : { message: task.message }),
      ...(task.failed === undefined ? {} : { failed: task.failed }),
    })),
  };
}

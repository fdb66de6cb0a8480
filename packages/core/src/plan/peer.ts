/** The pods whose instances a pod's config templates name: those must have their places before it can start. */
import type { Peer } from '../action.ts';
import type { InstanceRecord } from '../record/instance.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { State } from '../state.ts';

const known = new WeakMap<PodSpec, readonly string[]>();

export function peerPodsOf(pod: PodSpec): readonly string[] {
  let names = known.get(pod);
  if (names === undefined) {
    const found = pod.tasks
      .flatMap((task) => task.configs)
      .flatMap(({ template }) =>
        [...template.matchAll(/\{\{\s*#\s*peers\.([A-Za-z0-9_-]+)/g)].map(([, name]) => name ?? ''),
      );
    names = [...new Set(found)];
    known.set(pod, names);
  }
  return names;
}

export function peersOf(state: State, pod: PodSpec): Readonly<Record<string, readonly Peer[]>> {
  const names = peerPodsOf(pod);
  if (names.length === 0) return {};
  const peers: Record<string, Peer[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (const { reservation, reserving, ...instance } of state.instances.values()) {
    // A place that the engine may still refuse is nobody's address.
    if (reservation === undefined || instance.releasing !== undefined) continue;
    if (reserving !== undefined && reserving.before === undefined) continue;
    peers[instance.pod]?.push({
      instance: instance.name,
      index: instance.index,
      address: reservation.address,
      ports: portsOf({ reservation }),
    });
  }
  for (const list of Object.values(peers)) list.sort((a, b) => a.index - b.index);
  return peers;
}

/** Port name to port, of all its sets. */
export const portsOf = ({ reservation }: Pick<InstanceRecord, 'reservation'>): Readonly<Record<string, number>> =>
  Object.assign({}, ...(reservation?.sets.map((set) => set.ports) ?? []));

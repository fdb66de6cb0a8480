/** Which differences of a pod need a restart of its instances, and which the running tasks can take. */
import { mayBe } from '../offer/need.ts';
import type { Reservation } from '../record/instance.ts';
import type { FieldDiff } from '../record/run.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { PortSpec, ResourceSet, VolumeSpec } from '../spec/resource.ts';
import type { TaskSpec } from '../spec/task.ts';
import { diff } from './diff.ts';

/**
 * The fields for which an instance with this reservation must be launched again: what its processes see, and what an
 * engine is told only with a launch. A key that is not named here restarts. Empty: it is as the new spec wants it.
 */
export function restartDiff(from: PodSpec, to: PodSpec, held?: Reservation): readonly FieldDiff[] {
  if (from === to) return [];
  const stays = portsThatStay(to, held);
  return diff(running(from, stays), running(to, stays), `pods.${to.name}`);
}

function running(pod: PodSpec, stays: ReadonlySet<string>): unknown {
  const {
    // Matter only when an instance is placed, replaced, counted or stopped.
    count: _count,
    retired: _retired,
    allowDecommission: _allow,
    placement: _placement,
    preReservedRole: _role,
    gates: _gates,
    resourceSets,
    tasks,
    volumes = [],
    hostVolumes = [],
    externalVolumes = [],
    secrets = [],
    ...rest
  } = pod;
  return {
    // What is absent is the same as its default.
    networks: [],
    sharePidNamespace: false,
    ipcMode: 'PRIVATE',
    ...rest,
    resourceSets: resourceSets.map((set) => runningSet(set, stays)),
    tasks: tasks.map(runningTask),
    volumes: volumes.map(runningVolume),
    hostVolumes: nameless(hostVolumes, ({ containerPath }) => containerPath),
    externalVolumes: nameless(externalVolumes, ({ containerPath }) => containerPath),
    secrets: nameless(secrets, ({ file = '', envKey = '' }) => `${file}:${envKey}`),
  };
}

function runningSet(
  { gpus = 0, limits = {}, ports, volumes, ...rest }: ResourceSet,
  stays: ReadonlySet<string>,
): unknown {
  return {
    ...rest,
    gpus,
    limits,
    ports: ports.map((port) => runningPort(port, stays.has(`${rest.name}:${port.name}`))),
    volumes: volumes.map(runningVolume),
  };
}

/** Endpoints are listed by what the target configuration says, whatever runs. A VIP is told to the engine at a launch. */
function runningPort({ advertise: _advertise, port, ranges = [], ...rest }: PortSpec, stays: boolean): unknown {
  return stays ? rest : { ...rest, port, ranges };
}

/** Profiles are for choosing a disk. */
const runningVolume = ({ profiles: _profiles, ...rest }: VolumeSpec): unknown => ({ name: rest.path, ...rest });

function runningTask(task: TaskSpec): unknown {
  const {
    live: _live,
    // How it is stopped matters when it is stopped: a new grace time alone is no reason to.
    killGraceMs: _grace,
    // Only the scheduler looks at it, when a task has failed; labels and who may find a task are for those who ask.
    essential: _essential,
    labels: _labels,
    discovery,
    ...rest
  } = task;
  return {
    transportEncryption: [],
    ipcMode: 'PRIVATE',
    ...rest,
    ...(discovery === undefined ? {} : { discovery: { prefix: discovery.prefix } }),
  };
}

/** The name of such a thing is for people: tasks know it by where it is. */
const nameless = <T extends { readonly name: string }>(list: readonly T[], placeOf: (item: T) => string): unknown =>
  Object.fromEntries(list.map((item) => [placeOf(item), { ...item, name: undefined }]));

/** Ports (`set:name`) that an instance has and may keep: a changed number or range is nothing to it. */
function portsThatStay(pod: PodSpec, held: Reservation | undefined): ReadonlySet<string> {
  const kept = pod.resourceSets.flatMap((set) => {
    const has = held?.sets.find(({ name }) => name === set.name)?.ports ?? {};
    return set.ports.flatMap((port) => {
      const number = has[port.name];
      return number !== undefined && mayBe(port, number) ? [`${set.name}:${port.name}`] : [];
    });
  });
  return new Set(kept);
}

export type LiveChange = {
  readonly task: string;
  readonly procedure: string;
  readonly set: Readonly<Record<string, string>>;
  /** Keys that have no value any more: back to their defaults. */
  readonly unset: readonly string[];
  readonly diff: readonly FieldDiff[];
};

/** The live values to bring to the tasks of a pod that run with `from`. */
export function liveChanges(from: PodSpec, to: PodSpec): readonly LiveChange[] {
  return to.tasks.flatMap((task) => {
    const before = from.tasks.find(({ name }) => name === task.name)?.live?.values ?? {};
    const { procedure, values: after } = task.live ?? {};
    if (procedure === undefined || after === undefined) return [];
    const changed = diff(before, after, `pods.${to.name}.tasks.${task.name}.live`);
    if (changed.length === 0) return [];
    const set = Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value));
    const unset = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
    return [{ task: task.name, procedure, set, unset, diff: changed }];
  });
}

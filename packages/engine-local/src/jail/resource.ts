/** What a task may use, in the words of the OCI runtime. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Device } from '../agent/gpu.ts';
import type { Cgroups } from '../host/cgroup.ts';
import type { TaskRecord } from '../task/place.ts';

const processesMax = 4096;
/** A task that starts weighs one of so many parts of what it weighs then. */
const startingPart = 16;
/** The kernel takes no less. */
const sharesMin = 2;
const periodUs = 100_000;
/** The kernel takes no less. */
const quotaMinUs = 1_000;

/** Undefined: none of its own. */
export const memoryLimitOf = ({ set, task }: Pick<TaskRecord, 'set' | 'task'>): number | undefined => {
  const limit = task.limits?.memoryMiB ?? set.memoryMiB;
  return limit === 'unlimited' ? undefined : limit;
};

export const resourcesOf = (
  record: Pick<TaskRecord, 'set' | 'task'>,
  devices: readonly Device[],
  cgroups: Cgroups,
): object => ({
  devices: [
    { allow: false, access: 'rwm' },
    ...devices.map(({ major, minor }) => ({ allow: true, type: 'c', major, minor, access: 'rw' })),
  ],
  memory: memoryOf(record, cgroups),
  cpu: { shares: startingSharesOf(record), quota: quotaOf(record), period: periodUs },
  pids: { limit: processesMax },
});

/** What a task weighs when the machine is busy, once it serves. */
export const sharesOf = ({ set }: Pick<TaskRecord, 'set'>): number => sharesAtLeast(set.cpus * 1024);

/**
 * Until then it gives way to those that do: many programs take all processors while they start, as a JVM's compilers do. A
 * task without a readiness check serves at once.
 */
export const startingSharesOf = (record: Pick<TaskRecord, 'set' | 'task'>): number =>
  record.task.readiness === undefined ? sharesOf(record) : sharesAtLeast(sharesOf(record) / startingPart);

const sharesAtLeast = (shares: number): number => Math.max(sharesMin, Math.round(shares));

const memoryOf = (record: Pick<TaskRecord, 'set' | 'task'>, cgroups: Cgroups): object => {
  const limitMiB = memoryLimitOf(record);
  const limit = limitMiB === undefined ? -1 : Math.round(limitMiB * 1024 * 1024);
  return {
    limit,
    // With swap the limit would only slow a task down, and everything else with it.
    ...(swapIsCounted(cgroups) && { swap: limit }),
    // What it was promised is taken from it last when the machine runs short.
    ...(record.task.limits?.memoryMiB !== undefined && {
      reservation: Math.round(record.set.memoryMiB * 1024 * 1024),
    }),
  };
};

/**
 * The weight counts when the machine is busy; when it is idle a task may have all of it, unless the spec says up to
 * where. A quota of what was asked for would let a JVM of half a cpu take a minute to start beside idle cores.
 */
const quotaOf = ({ set, task }: Pick<TaskRecord, 'set' | 'task'>): number => {
  const limit = task.limits?.cpus ?? 'unlimited';
  const cpus = limit === 'unlimited' ? Math.max(set.cpus, availableParallelism()) : limit;
  return Math.max(quotaMinUs, Math.round(cpus * periodUs));
};

const swapIsCounted = (cgroups: Cgroups): boolean =>
  cgroups.layout === 'v2' ||
  existsSync(cgroups.oomFile('/').replace('memory.oom_control', 'memory.memsw.limit_in_bytes'));

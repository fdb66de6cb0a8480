/** What a task may use, in the words of the OCI runtime. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Device } from '../agent/gpu.ts';
import type { Cgroups } from '../host/cgroup.ts';
import type { TaskRecord } from '../task/place.ts';

const processesMax = 4096;
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
  cpu: { shares: Math.max(2, Math.round(record.set.cpus * 1024)), quota: quotaOf(record), period: periodUs },
  pids: { limit: processesMax },
});

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

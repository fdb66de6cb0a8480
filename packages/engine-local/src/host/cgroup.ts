/** The control groups of tasks: where they are on cgroup v1, hybrid and v2, and what can be read from them. */
import { readFileSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

export type CgroupLayout = 'v1' | 'hybrid' | 'v2' | 'none';

export type Cgroups = {
  readonly layout: CgroupLayout;
  /** The path to give an OCI runtime for a group named here (`/warder-1a2b/agent-0/task`). */
  readonly runtimePath: (group: string) => string;
  /** Live processes of a group and of those below it. */
  readonly processes: (group: string) => readonly number[];
  /** The file that counts processes killed for lack of memory; the line `oom_kill N`. */
  readonly oomFile: (group: string) => string;
  readonly oomKills: (group: string) => number;
  /** Removes a group, and those below it, in every hierarchy; what still has processes stays. */
  readonly remove: (group: string) => void;
  /** Names of the groups right below one. */
  readonly children: (group: string) => readonly string[];
};

export type CgroupMount = { readonly path: string; readonly type: 'cgroup' | 'cgroup2'; readonly options: string };

/** Reads the mounts of this machine unless others are given (tests have some of other machines). */
export const findCgroups = (mounts: readonly CgroupMount[] = readMounts()): Cgroups => {
  const unified = mounts.find((mount) => mount.type === 'cgroup2');
  const legacy = mounts.filter((mount) => mount.type === 'cgroup');
  const memory = legacy.find((mount) => mount.options.split(',').includes('memory'));
  if (memory !== undefined) {
    // A controller mounted together with others is listed once for all of them.
    const layout = unified === undefined ? 'v1' : 'hybrid';
    return groupsOf(layout, [...legacy, ...(unified === undefined ? [] : [unified])], memory.path, '');
  }
  if (unified !== undefined) return groupsOf('v2', [unified], unified.path, '/jail');
  return groupsOf('none', [], '/nonexistent', '');
};

/**
 * `leaf`: on v2 the runtime gets a group below ours. Counters there are hierarchical, so ours still tells of the
 * kill after the runtime has removed its own; on v1 they are not, and the runtime is told to keep it.
 */
const groupsOf = (layout: CgroupLayout, mounts: readonly CgroupMount[], primary: string, leaf: string): Cgroups => {
  const oomFile = (group: string) => join(primary, group, layout === 'v2' ? 'memory.events' : 'memory.oom_control');
  return {
    layout,
    runtimePath: (group) => `${group}${leaf}`,
    processes: (group) => processesBelow(join(primary, group)),
    oomFile,
    oomKills: (group) => Number(/^oom_kill (\d+)$/m.exec(readText(oomFile(group)))?.[1] ?? 0),
    remove: (group) => {
      for (const mount of mounts) removeBelow(join(mount.path, group));
    },
    children: (group) => [...new Set(mounts.flatMap((mount) => directoriesIn(join(mount.path, group))))],
  };
};

const processesBelow = (directory: string): readonly number[] => {
  const own = readText(join(directory, 'cgroup.procs')).split('\n').filter(Boolean).map(Number);
  return [...own, ...directoriesIn(directory).flatMap((name) => processesBelow(join(directory, name)))];
};

const removeBelow = (directory: string): void => {
  for (const name of directoriesIn(directory)) removeBelow(join(directory, name));
  try {
    rmdirSync(directory);
  } catch {
    // Not there in this hierarchy, or something still runs in it: the next sweep finds it.
  }
};

const directoriesIn = (directory: string): readonly string[] => {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return [];
  }
};

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

const readMounts = (): readonly CgroupMount[] =>
  readText('/proc/self/mounts')
    .split('\n')
    .flatMap((line) => {
      const [, path, type, options] = line.split(' ');
      if (path === undefined || options === undefined || (type !== 'cgroup' && type !== 'cgroup2')) return [];
      return [{ path, type, options }];
    });

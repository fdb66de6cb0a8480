/** The control groups of tasks: where they are on cgroup v1, hybrid and v2, and what can be read from them. */
import { readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
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
  /** What a group weighs against those beside it, in shares (1024: one cpu). Throws when the group is not there. */
  readonly weigh: (group: string, shares: number) => void;
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
    const cpu = legacy.find((mount) => mount.options.split(',').includes('cpu'));
    const all = [...legacy, ...(unified === undefined ? [] : [unified])];
    return groupsOf(layout, all, { memory: memory.path, cpu: cpu?.path ?? nowhere, leaf: '' });
  }
  if (unified !== undefined)
    return groupsOf('v2', [unified], { memory: unified.path, cpu: unified.path, leaf: '/jail' });
  return groupsOf('none', [], { memory: nowhere, cpu: nowhere, leaf: '' });
};

/** Where the controllers are. */
type Places = { readonly memory: string; readonly cpu: string; readonly leaf: string };

const nowhere = '/nonexistent';

/**
 * `leaf`: on v2 the runtime gets a group below ours. Counters there are hierarchical, so ours still tells of the
 * kill after the runtime has removed its own; on v1 they are not, and the runtime is told to keep it. Weights count
 * between groups side by side: on v2 what the runtime gives its own group is one among none.
 */
const groupsOf = (layout: CgroupLayout, mounts: readonly CgroupMount[], { memory, cpu, leaf }: Places): Cgroups => {
  const oomFile = (group: string) => join(memory, group, layout === 'v2' ? 'memory.events' : 'memory.oom_control');
  return {
    layout,
    runtimePath: (group) => `${group}${leaf}`,
    processes: (group) => processesBelow(join(memory, group)),
    oomFile,
    oomKills: (group) => Number(/^oom_kill (\d+)$/m.exec(readText(oomFile(group)))?.[1] ?? 0),
    weigh: (group, shares) => {
      const [file, value] = layout === 'v2' ? ['cpu.weight', weightOf(shares)] : ['cpu.shares', shares];
      writeFileSync(join(cpu, group, file), String(value), { flag: 'r+' });
    },
    remove: (group) => {
      for (const mount of mounts) removeBelow(join(mount.path, group));
    },
    children: (group) => [...new Set(mounts.flatMap((mount) => directoriesIn(join(mount.path, group))))],
  };
};

/** From 2 to 262144 shares to a weight from 1 to 10000, as OCI runtimes do. */
const weightOf = (shares: number): number => 1 + Math.floor(((shares - 2) * 9_999) / 262_142);

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

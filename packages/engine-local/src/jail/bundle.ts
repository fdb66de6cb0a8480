/** The OCI bundle of a task: its limits, its user, and what it sees. */
import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Cgroups } from '../host/cgroup.ts';
import { clampRlimits } from '../host/rlimit.ts';
import type { Rlimit } from '../host/rlimit.ts';
import type { User } from '../host/user.ts';
import type { TaskPlace } from '../task/place.ts';
import { initInJail, initScript } from './init-script.ts';
import { bind, etcMounts, kernelMounts, makeRoot } from './mount.ts';
import type { Mount } from './mount.ts';

/** Where the working directory is inside a jail. */
export const sandboxInJail = '/mnt/sandbox';

export type BundleOptions = {
  readonly place: TaskPlace;
  readonly user: User;
  readonly env: Readonly<Record<string, string>>;
  /** The small init of the host, if it has one. */
  readonly init?: string;
  readonly cgroups: Cgroups;
  /** Volumes and artifacts: where they are, and where the task sees them, relative to its working directory. */
  readonly binds: readonly Bind[];
};

export type Bind = { readonly source: string; readonly path: string; readonly mode: 'ro' | 'rw' };

/** What a process in a jail is: the task itself, a check, a command of a person. */
export type JailProcess = {
  readonly terminal: false;
  readonly user: { readonly uid: number; readonly gid: number };
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly capabilities: Readonly<Record<string, readonly string[]>>;
  readonly rlimits: readonly Rlimit[];
  readonly noNewPrivileges: true;
};

/** Writes the bundle; says what could not be given as wanted. */
export const writeBundle = (options: BundleOptions): readonly string[] => {
  const { place, user } = options;
  const { task } = place.record;
  const { rlimits, messages } = clampRlimits(task.rlimits);
  const init = options.init === undefined ? [] : [options.init, '--'];
  const args = [...init, '/bin/sh', initInJail, task.cmd];
  const process = jailProcess(user, args, options.env, rlimits);
  const config = {
    ociVersion: '1.0.2',
    hostname: hostnameOf(task.name),
    process,
    root: { path: 'root', readonly: true },
    mounts: [...makeRoot(join(place.directory, 'root')), ...etcMounts(), ...ownMounts(options)],
    linux: linuxOf(options),
  };
  writeFileSync(join(place.directory, 'init.sh'), initScript, { mode: 0o644 });
  writeFileSync(join(place.directory, 'hosts'), hostsOf(task.name, place.record.address), { mode: 0o644 });
  writeFileSync(join(place.directory, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  // For checks and commands: the same user, environment and limits, other arguments.
  writeFileSync(join(place.directory, 'process.json'), JSON.stringify(process), { mode: 0o600 });
  return messages;
};

const jailProcess = (
  user: User,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  rlimits: readonly Rlimit[],
): JailProcess => {
  const granted = user.uid === 0 ? rootCapabilities : [];
  return {
    terminal: false,
    user: { uid: user.uid, gid: user.gid },
    args,
    env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    cwd: sandboxInJail,
    capabilities: { bounding: granted, effective: granted, permitted: granted, inheritable: [], ambient: [] },
    rlimits,
    noNewPrivileges: true,
  };
};

/** Enough to own files and to change the user; nothing that reaches beyond the jail. */
const rootCapabilities = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_KILL',
  'CAP_NET_BIND_SERVICE',
  'CAP_SETGID',
  'CAP_SETUID',
];

const ownMounts = ({ place, binds }: BundleOptions): readonly Mount[] => {
  const tmpMiB = Math.max(16, Math.floor(place.record.set.memoryMiB / 2));
  return [
    ...kernelMounts(tmpMiB),
    bind(join(place.directory, 'hosts'), '/etc/hosts', 'ro'),
    bind(join(place.directory, 'init.sh'), initInJail, 'ro'),
    bind(place.sandbox, sandboxInJail, 'rw'),
    ...binds.map((each) => bind(each.source, join(sandboxInJail, each.path), each.mode)),
  ];
};

const processesMax = 4096;
const periodUs = 100_000;

const linuxOf = ({ place, cgroups }: BundleOptions): object => {
  const { cpus, memoryMiB } = place.record.set;
  const limit = Math.round(memoryMiB * 1024 * 1024);
  const network = place.record.network;
  return {
    cgroupsPath: cgroups.runtimePath(place.cgroup),
    namespaces: [
      { type: 'pid' },
      { type: 'mount' },
      { type: 'ipc' },
      { type: 'uts' },
      ...(cgroups.layout === 'v2' ? [{ type: 'cgroup' }] : []),
      ...(network === undefined ? [] : [{ type: 'network', path: network }]),
    ],
    resources: {
      devices: [{ allow: false, access: 'rwm' }],
      // With swap the limit would only slow a task down, and everything else with it.
      memory: { limit, ...(swapIsCounted(cgroups) && { swap: limit }) },
      cpu: {
        shares: Math.max(2, Math.round(cpus * 1024)),
        // The weight counts when the machine is busy; when it is idle a task may have all of it. A quota of what was
        // asked for would let a JVM of half a cpu take a minute to start beside idle cores.
        quota: Math.round(Math.max(cpus, availableParallelism()) * periodUs),
        period: periodUs,
      },
      pids: { limit: processesMax },
    },
    maskedPaths: [
      '/etc/ssl/private',
      '/proc/acpi',
      '/proc/asound',
      '/proc/kcore',
      '/proc/keys',
      '/proc/latency_stats',
      '/proc/sched_debug',
      '/proc/scsi',
      '/proc/timer_list',
      '/proc/timer_stats',
      '/sys/firmware',
    ],
    readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
  };
};

const swapIsCounted = (cgroups: Cgroups): boolean =>
  cgroups.layout === 'v2' ||
  existsSync(cgroups.oomFile('/').replace('memory.oom_control', 'memory.memsw.limit_in_bytes'));

const hostnameOf = (name: string): string =>
  name
    .replaceAll(/[^A-Za-z0-9-]/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '') || 'task';

const hostsOf = (name: string, address: string): string =>
  `127.0.0.1 localhost\n::1 localhost ip6-localhost\n${address} ${hostnameOf(name)}\n`;

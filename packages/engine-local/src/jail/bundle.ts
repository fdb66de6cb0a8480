/** The OCI bundle of a task: its limits, its user, and what it sees. */
import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Cgroups } from '../host/cgroup.ts';
import { clampRlimits } from '../host/rlimit.ts';
import type { Rlimit } from '../host/rlimit.ts';
import type { User } from '../host/user.ts';
import type { TaskPlace } from '../task/place.ts';
import type { Device } from '../agent/gpu.ts';
import { shortName } from './hosts.ts';
import { initInJail, initScript } from './init-script.ts';
import { bind, etcMounts, kernelMounts, makeRoot, shmMount } from './mount.ts';
import type { Mount } from './mount.ts';
import { shmDefaultMiB } from './namespace.ts';
import type { Common } from './namespace.ts';
import { resourcesOf } from './resource.ts';
import type { SeccompProfile } from './seccomp.ts';

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
  /** Folders of the host; an absolute path is one of the jail. */
  readonly hostBinds: readonly Bind[];
  /** The file to be /etc/hosts. */
  readonly hosts: string;
  readonly common: Common;
  readonly devices: readonly Device[];
  readonly seccomp?: SeccompProfile;
  /** Where what holds the environment is written: its directory, or memory when there are secrets in it. */
  readonly folder: string;
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
  // Among the processes of others it would not be the first one: who is collects orphans there.
  const init = options.init === undefined || options.common.pid !== undefined ? [] : [options.init, '--'];
  const args = [...init, '/bin/sh', initInJail, task.cmd];
  const process = jailProcess(user, args, options.env, rlimits);
  const config = {
    ociVersion: '1.0.2',
    hostname: shortName(task.name),
    process,
    root: { path: 'root', readonly: true },
    mounts: [...makeRoot(join(place.directory, 'root')), ...etcMounts(), ...ownMounts(options)],
    linux: linuxOf(options),
  };
  const script = join(place.directory, 'init.sh');
  writeFileSync(script, initScript);
  chmodSync(script, 0o644);
  writeFileSync(join(options.folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  // The runtime looks for it in the bundle.
  if (options.folder !== place.directory) {
    rmSync(join(place.directory, 'config.json'), { force: true });
    symlinkSync(join(options.folder, 'config.json'), join(place.directory, 'config.json'));
  }
  // For checks and commands: the same user, environment and limits, other arguments.
  writeFileSync(join(options.folder, 'process.json'), JSON.stringify(process), { mode: 0o600 });
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

const ownMounts = ({ place, binds, hostBinds, hosts, common }: BundleOptions): readonly Mount[] => {
  const tmpMiB = Math.max(16, Math.floor(place.record.set.memoryMiB / 2));
  return [
    ...kernelMounts(tmpMiB),
    shmMount(common.shm, place.record.task.shmSizeMiB ?? shmDefaultMiB),
    bind(hosts, '/etc/hosts', 'ro'),
    bind(join(place.directory, 'init.sh'), initInJail, 'ro'),
    bind(place.sandbox, sandboxInJail, 'rw'),
    ...[...binds, ...hostBinds].map(({ source, path, mode }) => bind(source, resolve(sandboxInJail, path), mode)),
  ];
};

const linuxOf = ({ place, cgroups, common, devices, seccomp }: BundleOptions): object => {
  const network = place.record.network;
  return {
    cgroupsPath: cgroups.runtimePath(place.cgroup),
    namespaces: [
      namespace('pid', common.pid),
      { type: 'mount' },
      namespace('ipc', common.ipc),
      { type: 'uts' },
      ...(cgroups.layout === 'v2' ? [{ type: 'cgroup' }] : []),
      ...(network === undefined ? [] : [{ type: 'network', path: network }]),
    ],
    resources: resourcesOf(place.record, devices, cgroups),
    devices: devices.map((device) => ({ ...device, type: 'c', fileMode: 0o666, uid: 0, gid: 0 })),
    ...(seccomp !== undefined && { seccomp }),
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

const namespace = (type: string, path: string | undefined): object => (path === undefined ? { type } : { type, path });

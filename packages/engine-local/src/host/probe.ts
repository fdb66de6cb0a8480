/** What this machine can do for tasks, and what to do about what it lacks: `warder doctor` prints it. */
import { existsSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { findCgroups } from './cgroup.ts';
import type { CgroupLayout } from './cgroup.ts';
import { findProgram, run } from './program.ts';
import { hardLimit } from './rlimit.ts';

export type Runtime = {
  readonly kind: 'runc' | 'crun';
  readonly version: string;
  /** How to call it; more than its path where it must be sheltered from this host. */
  readonly command: readonly string[];
  /** Whether it, and the kernel, can filter system calls. */
  readonly seccomp: boolean;
};

/** What decides how tasks are run. */
export type JailHost = {
  readonly root: boolean;
  readonly linux: boolean;
  /** Undefined: tasks are plain processes. */
  readonly runtime?: Runtime;
  readonly cgroups: CgroupLayout;
  /** Paths of programs. */
  readonly init?: string;
  readonly ip?: string;
};

export type Host = JailHost & {
  /** Version lines, for people. */
  readonly java?: string;
  readonly mvn?: string;
  readonly nft?: string;
  /** The most open files that a task can be given. */
  readonly nofileHard: number;
  readonly problems: readonly Problem[];
};

export type Problem = {
  readonly code: string;
  readonly message: string;
  readonly next: string;
  /** isolation: tasks are not (fully) jailed. feature: something else is missing. */
  readonly severity: 'isolation' | 'feature';
};

/** Asks every program for its version, all at once: about half a second where Java and Maven are installed. */
export const probeHost = async (): Promise<Host> => {
  const [jail, java, mvn, nft] = await Promise.all([
    probeJail(),
    versionOf('java', '-version'),
    versionOf('mvn', '--version'),
    versionOf('nft', '--version'),
  ]);
  const host = {
    ...jail,
    ...(java !== undefined && { java }),
    ...(mvn !== undefined && { mvn }),
    ...(nft !== undefined && { nft }),
    nofileHard: hardLimit('RLIMIT_NOFILE'),
  };
  return { ...host, problems: problemsOf(host) };
};

/** The part that an engine needs to start. */
export const probeJail = async (): Promise<JailHost> => {
  const linux = process.platform === 'linux';
  const root = process.getuid?.() === 0;
  const cgroups = findCgroups().layout;
  const runtime = linux && root ? await findRuntime(cgroups) : undefined;
  const init = findProgram('catatonit') ?? findProgram('tini');
  const ip = findProgram('ip');
  return {
    root,
    linux,
    cgroups,
    ...(runtime !== undefined && { runtime }),
    ...(init !== undefined && { init }),
    ...(ip !== undefined && { ip }),
  };
};

/**
 * crun is lighter, but knows no hybrid layout, and only runc can keep a cgroup v1 group after the end of the task,
 * where the counter of kills for lack of memory is.
 */
const findRuntime = async (layout: CgroupLayout): Promise<Runtime | undefined> => {
  if (layout === 'none') return undefined;
  for (const kind of layout === 'v2' ? (['crun', 'runc'] as const) : (['runc', 'crun'] as const)) {
    const path = findProgram(kind);
    if (path === undefined) continue;
    const { code, stdout } = await run([path, '--version']);
    if (code !== 0) continue;
    const version = stdout.split('\n')[0]?.replace(/^\S+ version /, '') ?? 'unknown';
    const command = kind === 'crun' && layout === 'hybrid' ? sheltered(path) : [path];
    const seccomp = /seccomp/i.test(stdout) && existsSync('/proc/sys/kernel/seccomp');
    return { kind, version, command, seccomp };
  }
  return undefined;
};

/** Hides the second hierarchy from crun, in a mount namespace of its own, so that it sees plain cgroup v1. */
const sheltered = (path: string): readonly string[] => [
  'unshare',
  '--mount',
  '--propagation',
  'private',
  'sh',
  '-c',
  'umount /sys/fs/cgroup/unified; exec "$0" "$@"',
  path,
];

const versionOf = async (program: string, flag: string): Promise<string | undefined> => {
  const path = findProgram(program);
  if (path === undefined) return undefined;
  const { code, stdout, stderr } = await run([path, flag]);
  return code === 0
    ? stripVTControlCharacters(stdout + stderr)
        .split('\n')[0]
        ?.trim()
    : undefined;
};

const install = (names: string): string => `install it, on Debian: apt-get install ${names}`;

type Rule = { readonly when: (host: Omit<Host, 'problems'>) => boolean } & Problem;

const rules: readonly Rule[] = [
  {
    when: (host) => !host.linux,
    code: 'no-linux',
    message: `${process.platform} has no Linux containers: tasks are plain processes, not jailed`,
    next: 'run Warder on a Linux machine (a virtual one will do)',
    severity: 'isolation',
  },
  {
    when: (host) => host.linux && !host.root,
    code: 'no-root',
    message: 'not root: tasks are plain processes, not jailed',
    next: 'run the server as root',
    severity: 'isolation',
  },
  {
    when: (host) => host.linux && host.root && host.cgroups === 'none',
    code: 'no-cgroups',
    message: 'no control groups are mounted: tasks are plain processes, not jailed',
    next: 'mount /sys/fs/cgroup (in a container: run it privileged)',
    severity: 'isolation',
  },
  {
    when: (host) => host.linux && host.root && host.cgroups !== 'none' && host.runtime === undefined,
    code: 'no-runtime',
    message: 'neither runc nor crun is installed: tasks are plain processes, not jailed',
    next: install('runc'),
    severity: 'isolation',
  },
  {
    when: (host) => host.runtime?.kind === 'crun' && host.cgroups !== 'v2',
    code: 'crun-on-v1',
    message: 'crun on cgroup v1 cannot tell that a task was killed for lack of memory',
    next: install('runc'),
    severity: 'feature',
  },
  {
    when: (host) => host.runtime?.seccomp === false,
    code: 'no-seccomp',
    message: 'the runtime or the kernel cannot filter system calls: jails do without',
    next: install('runc'),
    severity: 'feature',
  },
  {
    when: (host) => host.runtime !== undefined && host.init === undefined,
    code: 'no-init',
    message: 'no catatonit or tini: a shell is the first process of each jail',
    next: install('catatonit'),
    severity: 'feature',
  },
  {
    when: (host) => host.linux && host.root && host.ip === undefined,
    code: 'no-ip',
    message: 'no ip program: several agents share the network of the host',
    next: install('iproute2'),
    severity: 'feature',
  },
  {
    when: (host) => host.java === undefined,
    code: 'no-java',
    message: 'no Java: packages like kafka cannot start',
    next: install('openjdk-17-jre-headless'),
    severity: 'feature',
  },
  {
    when: (host) => host.mvn === undefined,
    code: 'no-mvn',
    message: 'no Maven client: artifacts with maven: addresses cannot be fetched',
    next: install('maven'),
    severity: 'feature',
  },
  {
    when: (host) => host.nofileHard < 10_000,
    code: 'few-open-files',
    message: 'a task can be given fewer than 10000 open files',
    next: 'raise the hard limit of the server (ulimit -Hn) before many partitions are created',
    severity: 'feature',
  },
];

const problemsOf = (host: Omit<Host, 'problems'>): readonly Problem[] =>
  rules
    .filter((rule) => rule.when(host))
    .map(({ code, message, next, severity }) => ({ code, message, next, severity }));

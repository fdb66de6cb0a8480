/** Jails made by runc or crun. */
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../home.ts';
import type { Cgroups } from '../host/cgroup.ts';
import type { Runtime } from '../host/probe.ts';
import { signal } from '../host/process.ts';
import { run } from '../host/program.ts';
import { findUser } from '../host/user.ts';
import { files } from '../task/place.ts';
import type { TaskPlace } from '../task/place.ts';
import { devicesOf } from '../agent/gpu.ts';
import type { Secrets } from '../task/secret.ts';
import { sandboxInJail, writeBundle } from './bundle.ts';
import type { JailProcess } from './bundle.ts';
import type { Hosts } from './hosts.ts';
import { secretFeatures, startShim } from './jail.ts';
import type { Jail } from './jail.ts';
import type { Namespaces } from './namespace.ts';
import { runInvocation } from './run-inside.ts';
import { seccompOf } from './seccomp.ts';
import { jailShim } from './shim-script.ts';

export type OciOptions = {
  readonly home: Home;
  readonly runtime: Runtime;
  readonly cgroups: Cgroups;
  readonly init?: string;
  readonly boot: string;
  readonly hosts: Hosts;
  readonly secrets: Secrets | undefined;
  readonly namespaces: Namespaces | undefined;
  readonly seccomp: boolean;
};

export const ociJail = (options: OciOptions): Jail => {
  const { home, runtime, cgroups, init, boot, hosts, secrets, namespaces } = options;
  const call = [...runtime.command, '--root', home.runtime];
  const remove = (place: TaskPlace) => [...call, 'delete', '--force', place.container];
  const processes = (place: TaskPlace) => cgroups.processes(place.cgroup);
  /** Nothing with an environment that holds secrets is written to the directory of the task. */
  const folderOf = (place: TaskPlace) =>
    place.record.secrets === undefined ? place.directory : (secrets?.folderOf(place.container) ?? place.directory);
  return {
    mode: 'jail',
    features: [
      ...jailFeatures,
      ...(secrets === undefined ? [] : secretFeatures),
      ...(namespaces === undefined ? [] : (['share-pid', 'share-ipc'] as const)),
      ...(options.seccomp ? (['seccomp-profiles', 'seccomp-unconfined'] as const) : []),
    ],
    isolation: ['cpus', 'memory', 'pids', 'files', 'processes'],
    sandboxOf: () => sandboxInJail,
    userOf: (name) => findUser(name),
    prepare: async (place, prepared) => {
      const { task, reservationId, service, gpus = [] } = place.record;
      const seccomp = options.seccomp ? seccompOf(task.seccomp, home.seccomp) : undefined;
      const shares = task.sharePid === true || task.shareIpc === true;
      const common = shares ? await namespaces?.ensure(reservationId, task) : undefined;
      return writeBundle({
        place,
        cgroups,
        ...prepared,
        hosts: hosts.fileOf(service),
        common: common ?? {},
        devices: devicesOf(gpus),
        ...(seccomp !== undefined && { seccomp }),
        ...(init !== undefined && { init }),
      });
    },
    start: (place) => {
      const log = ['--log', files.runtimeLog, '--log-format', 'json'];
      // Only runc can leave the group, with its counters, to be read after the end.
      const keep = runtime.kind === 'runc' ? ['--keep'] : [];
      const script = jailShim({
        directory: place.directory,
        boot,
        run: [...call, ...log, 'run', ...keep, '--pid-file', files.init, '--bundle', '.', place.container],
        remove: remove(place),
        cgroup: place.cgroup,
        oomFile: cgroups.oomFile(place.cgroup),
      });
      startShim(place, script, hostEnv());
    },
    alive: (place) => processes(place).length > 0,
    signal: (place, name) => {
      for (const pid of processes(place)) signal(pid, name);
    },
    run: async (place, args, options) => {
      const base = join(folderOf(place), `exec-${randomUUID()}`);
      const process = JSON.parse(readFileSync(join(folderOf(place), 'process.json'), 'utf8')) as JailProcess;
      // In a file: an environment with secrets must not be on a command line.
      writeFileSync(`${base}.json`, JSON.stringify({ ...process, args }), { mode: 0o600 });
      const command = [...call, 'exec', '--process', `${base}.json`, '--pid-file', `${base}.pid`, place.container];
      const kill = (pid: number) => {
        // It leads a session of its own; the group goes with it.
        const inside = Number(readText(`${base}.pid`));
        if (inside > 1) signal(-inside, 'SIGKILL');
        signal(pid, 'SIGKILL');
      };
      try {
        return await runInvocation({ command, cwd: place.directory, env: hostEnv(), kill }, options);
      } finally {
        rmSync(`${base}.json`, { force: true });
        rmSync(`${base}.pid`, { force: true });
      }
    },
    oomKills: (place) => cgroups.oomKills(place.cgroup),
    clean: async (place) => {
      await run(remove(place));
      cgroups.remove(place.cgroup);
    },
    settle: (place) => cgroups.remove(place.cgroup),
  };
};

const jailFeatures = ['host-volumes', 'pre-reserved-roles', 'resource-limits', 'shm-size', 'volume-profiles'] as const;

const hostEnv = (): Readonly<Record<string, string>> => ({
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
});

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

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
import { sandboxInJail, writeBundle } from './bundle.ts';
import type { JailProcess } from './bundle.ts';
import { startShim } from './jail.ts';
import type { Jail } from './jail.ts';
import { runInvocation } from './run-inside.ts';
import { jailShim } from './shim-script.ts';

export type OciOptions = {
  readonly home: Home;
  readonly runtime: Runtime;
  readonly cgroups: Cgroups;
  readonly init?: string;
  readonly boot: string;
};

export const ociJail = ({ home, runtime, cgroups, init, boot }: OciOptions): Jail => {
  const call = [...runtime.command, '--root', home.runtime];
  const remove = (place: TaskPlace) => [...call, 'delete', '--force', place.container];
  const processes = (place: TaskPlace) => cgroups.processes(place.cgroup);
  return {
    mode: 'jail',
    isolation: ['cpus', 'memory', 'pids', 'files', 'processes'],
    sandboxOf: () => sandboxInJail,
    userOf: (name) => findUser(name),
    prepare: (place, prepared) => writeBundle({ place, cgroups, ...prepared, ...(init !== undefined && { init }) }),
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
      const base = join(place.directory, `exec-${randomUUID()}`);
      const process = JSON.parse(readFileSync(join(place.directory, 'process.json'), 'utf8')) as JailProcess;
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

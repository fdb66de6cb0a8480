/** No jail at all: tasks are processes of the engine's user, each in a session of its own. */
import { symlinkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { sessionMembers, signal, startOf } from '../host/process.ts';
import { files } from '../task/place.ts';
import type { TaskPlace } from '../task/place.ts';
import type { Secrets } from '../task/secret.ts';
import { secretFeatures, startShim } from './jail.ts';
import type { Jail } from './jail.ts';
import { runInvocation } from './run-inside.ts';
import { processShim } from './shim-script.ts';

export const processJail = (boot: string, secrets: Secrets | undefined): Jail => {
  const me = userInfo();
  const folderOf = (place: TaskPlace) =>
    place.record.secrets === undefined ? place.directory : (secrets?.folderOf(place.container) ?? place.directory);
  return {
    mode: 'process',
    features: [...plainFeatures, ...(secrets === undefined ? [] : secretFeatures)],
    isolation: [],
    sandboxOf: (place) => place.sandbox,
    userOf: () => ({ name: me.username, uid: me.uid, gid: me.gid }),
    prepare: (place, { env, binds, folder }) => {
      for (const { source, path } of binds) {
        const link = join(place.sandbox, path);
        mkdirSync(dirname(link), { recursive: true });
        symlinkSync(source, link);
      }
      writeFileSync(join(folder, 'environment.json'), JSON.stringify(env), { mode: 0o600 });
      return Promise.resolve([`not jailed: a process of ${me.username}`]);
    },
    start: (place, env) => {
      const { task } = place.record;
      const limits = task.rlimits.flatMap((each) => ulimits(each.name, each.soft, each.hard));
      startShim(place, processShim({ directory: place.directory, boot, limits, command: task.cmd }), env);
    },
    alive: (place) => members(place, boot).length > 0,
    signal: (place, name) => {
      for (const pid of members(place, boot)) signal(pid, name);
    },
    run: (place, args, options) => {
      const file = join(folderOf(place), 'environment.json');
      const env = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
      const kill = (pid: number) => signal(-pid, 'SIGKILL');
      return runInvocation({ command: args, cwd: place.sandbox, env, kill }, options);
    },
    oomKills: () => 0,
    clean: () => Promise.resolve(),
    settle: () => {},
  };
};

/** What needs no jail: nothing is kept from its neighbours, or from the kernel. */
const plainFeatures = [
  'pre-reserved-roles',
  'seccomp-unconfined',
  'share-ipc',
  'share-pid',
  'volume-profiles',
] as const;

/** The session of the shim. Its id is not used again while it has members, so it is theirs also without the shim. */
const members = (place: TaskPlace, boot: string): readonly number[] => {
  let note: string;
  try {
    note = readFileSync(join(place.directory, files.shim), 'utf8');
  } catch {
    return [];
  }
  const [pid = '', start, itsBoot] = note.trim().split(' ');
  const now = startOf(Number(pid));
  if (itsBoot !== boot || (now !== undefined && now !== start)) return [];
  return sessionMembers(Number(pid));
};

const letters: Readonly<Record<string, string>> = {
  RLIMIT_CORE: 'c',
  RLIMIT_CPU: 't',
  RLIMIT_DATA: 'd',
  RLIMIT_FSIZE: 'f',
  RLIMIT_NOFILE: 'n',
  RLIMIT_STACK: 's',
};

/** As far as the shell can: a limit that it cannot set stays as it is. */
const ulimits = (name: string, soft?: number, hard?: number): readonly string[] => {
  const letter = letters[name];
  if (letter === undefined) return [];
  const line = (kind: string, value: number | undefined) =>
    `ulimit -${kind} -${letter} ${value ?? 'unlimited'} 2>/dev/null`;
  // Soft, hard, and soft again: a limit may go up or down, and soft is never above hard.
  return [line('S', soft ?? hard), line('H', hard ?? soft), line('S', soft ?? hard)];
};

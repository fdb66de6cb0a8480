/**
 * What tasks of one reservation have in common beyond their volumes: the processes they see, and their IPC. Each
 * belongs to the reservation, not to whichever task was first: that one may end while others go on.
 *
 * An IPC namespace is kept by a mount alone. One of processes ends with its first process, so a small one that does
 * nothing but collect orphans is that; it ends with the last task.
 */
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  rmdirSync,
  statSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../error.ts';
import { fileName, volatileFolder } from '../home.ts';
import { bootId, signal, startOf } from '../host/process.ts';
import { findProgram, quote, run } from '../host/program.ts';
import { removeEmpty } from '../task/secret.ts';
import type { StoredTask } from '../task/place.ts';

/** Paths for the OCI runtime; absent: a namespace of the task's own. */
export type Common = {
  readonly pid?: string;
  readonly ipc?: string;
  /** The folder to be /dev/shm. */
  readonly shm?: string;
};

export type Namespaces = {
  /** Makes what the task shares and is not there yet. Rejects with `engine-namespace`. */
  readonly ensure: (reservationId: string, task: StoredTask) => Promise<Common>;
  /** Once no task of it lives. */
  readonly remove: (reservationId: string) => Promise<void>;
  /** Removes those of reservations without a live task. */
  readonly sweep: (live: Iterable<string>) => Promise<void>;
};

export const shmDefaultMiB = 64;

/** Undefined: the programs for it are missing. */
export const findNamespaces = (hash: string): Namespaces | undefined => {
  const programs = ['unshare', 'mount', 'umount'].map((name) => findProgram(name));
  const [unshare, mount, umount] = programs;
  if (process.platform !== 'linux' || unshare === undefined || mount === undefined || umount === undefined)
    return undefined;
  const root = join(volatileFolder(hash), 'pods');
  const turns = new Map<string, Promise<unknown>>();
  /** Tasks of one reservation begin at the same time. */
  const inTurn = <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const result = (turns.get(key) ?? Promise.resolve()).then(work);
    turns.set(
      key,
      result.catch(() => {}),
    );
    return result;
  };
  const ensure = async (folder: string, task: StoredTask): Promise<Common> => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return {
      ...(task.sharePid === true && { pid: await ensurePid(folder, unshare, umount) }),
      ...(task.shareIpc === true && {
        ipc: await ensureIpc(folder, unshare),
        shm: await ensureShm(folder, mount, task.shmSizeMiB ?? shmDefaultMiB),
      }),
    };
  };
  const remove = async (folder: string): Promise<void> => {
    endHolder(folder);
    for (const path of ['pid', 'ipc', 'shm'].map((name) => join(folder, name))) {
      if (isKept(path) || isMountPoint(path)) await run([umount, path]);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const removeKey = (key: string) =>
    inTurn(key, async () => {
      if (existsSync(join(root, key))) await remove(join(root, key));
      turns.delete(key);
    });
  return {
    ensure: (reservationId, task) => {
      const key = fileName(reservationId);
      return inTurn(key, () => ensure(join(root, key), task));
    },
    remove: (reservationId) => removeKey(fileName(reservationId)),
    sweep: async (live) => {
      if (!existsSync(root)) return;
      const kept = new Set([...live].map(fileName));
      for (const key of readdirSync(root)) if (!kept.has(key)) await removeKey(key);
      if (readdirSync(root).length > 0) return;
      rmdirSync(root);
      removeEmpty(volatileFolder(hash));
    },
  };
};

const nsfs = 0x6e736673;

/** Whether a namespace is kept by a mount here. */
const isKept = (path: string): boolean => existsSync(path) && statfsSync(path).type === nsfs;

const ensureIpc = async (folder: string, unshare: string): Promise<string> => {
  const path = join(folder, 'ipc');
  if (isKept(path)) return path;
  writeFileSync(path, '', { mode: 0o600 });
  const { stderr } = await run([unshare, `--ipc=${path}`, 'true']);
  if (!isKept(path)) throw failed('an IPC namespace', stderr);
  return path;
};

const ensureShm = async (folder: string, mount: string, sizeMiB: number): Promise<string> => {
  const path = join(folder, 'shm');
  mkdirSync(path, { recursive: true });
  if (isMountPoint(path)) return path;
  const options = `size=${sizeMiB}m,mode=1777,nosuid,nodev,noexec`;
  const { code, stderr } = await run([mount, '-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  if (code !== 0) throw failed('a /dev/shm', stderr);
  return path;
};

const isMountPoint = (path: string): boolean =>
  existsSync(path) && statSync(path).dev !== statSync(join(path, '..')).dev;

/** `exec`: the process that we know the id of is the one that holds the namespace. */
const holderScript = (folder: string, unshare: string): string => `
read -r stat <"/proc/$$/stat"
set -- \${stat##*) }
echo "$$ \${20} ${bootId()}" >${quote(join(folder, 'holder'))}
exec ${quote(unshare)} --pid=${quote(join(folder, 'pid'))} --fork --kill-child /bin/sh -c '
trap : HUP INT TERM
while :; do sleep 3600 & wait $!; done' ${quote(folder)}
`;

const waitMs = 5_000;

const ensurePid = async (folder: string, unshare: string, umount: string): Promise<string> => {
  const path = join(folder, 'pid');
  if (holderOf(folder) !== undefined && isKept(path)) return path;
  // Without its first process nothing can be started in it any more.
  endHolder(folder);
  if (isKept(path)) await run([umount, path]);
  writeFileSync(path, '', { mode: 0o600 });
  const holder = spawn('/bin/sh', ['-c', holderScript(folder, unshare)], {
    detached: true,
    stdio: 'ignore',
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  // That there is none is seen below.
  holder.on('error', () => {});
  holder.unref();
  for (const deadline = Date.now() + waitMs; !isKept(path);) {
    if (Date.now() > deadline) throw failed('a namespace of processes', 'its first process does not begin');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return path;
};

/** The process id of the holder, if it lives. */
const holderOf = (folder: string): number | undefined => {
  if (!existsSync(join(folder, 'holder'))) return undefined;
  const [pid = '', start, boot] = readFileSync(join(folder, 'holder'), 'utf8').trim().split(' ');
  return boot === bootId() && startOf(Number(pid)) === start ? Number(pid) : undefined;
};

const endHolder = (folder: string): void => {
  const pid = holderOf(folder);
  if (pid !== undefined) signal(pid, 'SIGKILL');
};

const failed = (what: string, why: string): EngineError =>
  new EngineError(
    'engine-namespace',
    `${what} for the tasks of a pod cannot be made: ${why.trim()}`,
    'see `warder doctor`',
  );

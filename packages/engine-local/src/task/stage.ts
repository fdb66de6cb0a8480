/** Make everything that a task needs before its first process: artifacts, working directory, volumes, jail. */
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import type { HostVolume } from '@warder/core';
import { checkVolume, volumePath } from '../agent/disk.ts';
import type { ArtifactCache } from '../artifact/cache.ts';
import { EngineError } from '../error.ts';
import type { Home } from '../home.ts';
import type { User } from '../host/user.ts';
import type { Bind } from '../jail/bundle.ts';
import type { Jail } from '../jail/jail.ts';
import { copyFor } from './copy.ts';
import { files } from './place.ts';
import type { TaskPlace } from './place.ts';
import type { Secrets } from './secret.ts';

export type StageOptions = {
  readonly home: Home;
  readonly place: TaskPlace;
  readonly secrets: Secrets | undefined;
  readonly jail: Jail;
  readonly cache: ArtifactCache;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
};

export type Staged = { readonly env: Readonly<Record<string, string>>; readonly messages: readonly string[] };

/** Rejects with what is wrong; what was made so far stays in the task's directory. */
export const stage = async (options: StageOptions): Promise<Staged> => {
  const { home, place, jail } = options;
  const { task, set } = place.record;
  const secrets = secretsOf(options);
  const user = jail.userOf(task.user);
  if (user === undefined) throw unknownUser(task.user);
  const { shown, copied } = await fetchAll(options);
  // What is there was left by an engine that ended in the middle.
  rmSync(place.sandbox, { recursive: true, force: true });
  mkdirSync(place.sandbox, { mode: 0o755 });
  const volumes = [...set.volumes, ...(place.record.volumes ?? [])].map((volume): Bind => {
    const source = volumePath(home, volume);
    checkVolume(home, volume);
    chownSync(source, user.uid, user.gid);
    return { source, path: inside(volume.path, 'a volume'), mode: 'rw' };
  });
  for (const { source, path } of copied) await copyFor(user, source, join(place.sandbox, path));
  const binds = [...volumes, ...shown];
  const hostBinds = (task.hostVolumes ?? []).map(hostBind);
  for (const { source } of secrets.binds) chownSync(source, user.uid, user.gid);
  const points = [...binds, ...secrets.binds, ...hostBinds.filter(({ path }) => !path.startsWith('/'))];
  if (jail.mode === 'jail') for (const each of points) makeMountPoint(place.sandbox, each, user);
  writeFiles(place, binds, user);
  // Neither secrets nor folders of the host: a person who looks into the working directory is not the task.
  writeFileSync(join(place.directory, files.binds), JSON.stringify(binds), { mode: 0o600 });
  chownSync(place.sandbox, user.uid, user.gid);
  const env = { ...environment(place, jail), ...secrets.env };
  const prepared = { user, env, binds: [...binds, ...secrets.binds], hostBinds, folder: secrets.folder };
  return { env, messages: await jail.prepare(place, prepared) };
};

type TaskSecrets = {
  readonly env: Readonly<Record<string, string>>;
  readonly binds: readonly Bind[];
  /** Where what holds the environment may be written. */
  readonly folder: string;
};

const secretsOf = ({ place, secrets }: StageOptions): TaskSecrets => {
  const { secrets: names } = place.record;
  if (names === undefined || secrets === undefined) return { env: {}, binds: [], folder: place.directory };
  const found = secrets.filesOf(place.container, names).map((source, at) => ({ source, ...names[at] }));
  return {
    env: Object.fromEntries(
      found.flatMap(({ source, envKey }) => (envKey === undefined ? [] : [[envKey, readFileSync(source, 'utf8')]])),
    ),
    binds: found.flatMap(({ source, file }): readonly Bind[] =>
      file === undefined ? [] : [{ source, path: inside(file, 'a secret'), mode: 'ro' }],
    ),
    folder: secrets.folderOf(place.container),
  };
};

const hostBind = ({ hostPath, containerPath, mode }: HostVolume): Bind => ({
  source: hostPath,
  path: containerPath,
  mode: mode === 'RO' ? 'ro' : 'rw',
});

export const unknownUser = (name: string): EngineError =>
  new EngineError(
    'engine-user-unknown',
    `this host has no user ${name}`,
    `make it (useradd --system ${name}) or run as nobody`,
  );

/** A path relative to the working directory that does not leave it. */
export const inside = (path: string, what: string): string => {
  const clean = normalize(path);
  if (path.startsWith('/') || clean === '..' || clean.startsWith(`..${sep}`) || clean === '.') {
    throw new EngineError(
      'engine-path-escapes',
      `${what} has the path "${path}", which is not inside the working directory`,
      'give a path relative to the working directory of the task',
    );
  }
  return clean.endsWith(sep) ? clean.slice(0, -1) : clean;
};

/** Empty: the working directory itself. */
export const artifactPath = (dest: string, uri: string): string =>
  normalize(dest) === '.' ? '' : inside(dest, `the artifact ${uri}`);

type Fetched = { readonly shown: readonly Bind[]; readonly copied: readonly Bind[] };

const fetchAll = async ({ place, cache, signal, progress }: StageOptions): Promise<Fetched> => {
  const shown: Bind[] = [];
  const copied: Bind[] = [];
  for (const artifact of place.record.task.artifacts) {
    const path = artifactPath(artifact.dest, artifact.uri);
    const fetched = await cache.fetch(artifact, { signal, progress });
    // Unpacked into the working directory itself: each thing in it by its own name.
    const names = path === '' ? readdirSync(fetched.path) : [''];
    const list = artifact.writable === true ? copied : shown;
    for (const name of names) list.push({ source: join(fetched.path, name), path: join(path, name), mode: 'ro' });
    if (fetched.warning !== undefined) progress(fetched.warning);
  }
  return { shown, copied };
};

/** The runtime would make it too, but as root's. */
const makeMountPoint = (sandbox: string, { source, path }: Bind, user: User): void => {
  const point = join(sandbox, path);
  const parent = statSync(source).isDirectory() ? point : dirname(point);
  makeFolders(sandbox, parent, user);
  if (parent !== point) writeFileSync(point, '');
};

const makeFolders = (sandbox: string, folder: string, user: User): void => {
  if (folder === sandbox || existsSync(folder)) return;
  makeFolders(sandbox, dirname(folder), user);
  mkdirSync(folder, { mode: 0o755 });
  chownSync(folder, user.uid, user.gid);
};

const writeFiles = (place: TaskPlace, binds: readonly Bind[], user: User): void => {
  for (const file of place.record.task.files) {
    const path = inside(file.path, 'a file');
    const covered = binds.find((each) => path === each.path || path.startsWith(`${each.path}/`));
    if (covered !== undefined) {
      const kind = covered.mode === 'ro' ? 'artifact' : 'volume';
      throw new EngineError(
        'engine-file-covered',
        `the file ${path} lies inside the ${kind} at ${covered.path}`,
        'give the file a place of its own in the working directory',
      );
    }
    const target = join(place.sandbox, path);
    makeFolders(place.sandbox, dirname(target), user);
    writeFileSync(target, file.content, { mode: 0o600 });
    chmodSync(target, file.mode);
    chownSync(target, user.uid, user.gid);
  }
};

const environment = (place: TaskPlace, jail: Jail): Readonly<Record<string, string>> => {
  const sandbox = jail.sandboxOf(place);
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    HOME: sandbox,
    // The name by which existing service specs know it.
    MESOS_SANDBOX: sandbox,
    WARDER_SANDBOX: sandbox,
    ...place.record.task.env,
  };
};

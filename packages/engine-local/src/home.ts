/** Where everything lies, and the short name that keeps the kernel objects of several homes apart. */
import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

export type Home = {
  /** Eight hexadecimal digits from the path: part of the name of every cgroup, bridge and network namespace. */
  readonly hash: string;
  readonly engine: string;
  readonly tasks: string;
  readonly volumes: string;
  readonly reservations: string;
  /** The names that the tasks of each service can look up. */
  readonly hosts: string;
  /** Seccomp profiles that specs can name. */
  readonly seccomp: string;
  /** The declaration of the agents. */
  readonly agentsFile: string;
  /** The state of the OCI runtime. */
  readonly runtime: string;
  readonly cache: string;
};

/** What is there until the machine is restarted. */
export const volatileFolder = (hash: string): string => `/run/warder-${hash}`;

/** Makes the directories that are missing. What is under `engine` holds secrets of tasks: for the owner only. */
export const openHome = (path: string): Home => {
  mkdirSync(join(path, 'engine'), { recursive: true, mode: 0o700 });
  const real = realpathSync(path);
  const engine = join(real, 'engine');
  const home: Home = {
    hash: createHash('sha256').update(real).digest('hex').slice(0, 8),
    engine,
    tasks: join(engine, 'tasks'),
    volumes: join(engine, 'volumes'),
    reservations: join(engine, 'reservations'),
    hosts: join(engine, 'hosts'),
    seccomp: join(real, 'seccomp'),
    agentsFile: join(real, 'agents.yml'),
    runtime: join(engine, 'runtime'),
    cache: join(real, 'cache'),
  };
  for (const each of [home.tasks, home.volumes, home.reservations, home.hosts, home.runtime, home.cache]) {
    mkdirSync(each, { recursive: true, mode: 0o700 });
  }
  return home;
};

/**
 * A name that is safe as a file, a cgroup and a container: the id itself where it is, else a readable part of it and
 * a hash (`prod/kafka__broker-0` holds a slash).
 */
export const fileName = (id: string): string => {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(id)) return id;
  const safe = id.replaceAll(/[^A-Za-z0-9_.-]/g, '.').replace(/^[.-]+/, '');
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 10);
  return `${safe.slice(0, 80) || 'id'}.${hash}`;
};

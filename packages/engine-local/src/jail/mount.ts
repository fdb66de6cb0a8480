/** What a task sees of the host: its programs, read-only, and the few files of /etc that programs need. */
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

export type Mount = {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
};

export const bind = (source: string, destination: string, mode: 'ro' | 'rw'): Mount => ({
  destination,
  type: 'bind',
  source,
  options: ['rbind', mode, 'nosuid', 'nodev', 'rprivate'],
});

const tmpfs = (destination: string, ...options: readonly string[]): Mount => ({
  destination,
  type: 'tmpfs',
  source: 'tmpfs',
  options: ['nosuid', ...options],
});

const systemFolders = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

/**
 * Makes the root directory of a jail and says what to mount on it. It is a directory of its own: with the host's root
 * as root, the /tmp of the jail would hide what lies under /tmp on the host.
 */
export const makeRoot = (root: string): readonly Mount[] => {
  mkdirSync(root, { recursive: true });
  // Whatever the umask says: every user of a jail walks through it.
  chmodSync(root, 0o755);
  const mounts: Mount[] = [];
  for (const name of systemFolders) {
    const source = join('/', name);
    if (!existsSync(source)) continue;
    if (lstatSync(source).isSymbolicLink()) {
      if (!existsSync(join(root, name))) symlinkSync(readlinkSync(source), join(root, name));
    } else {
      mounts.push(bind(source, source, 'ro'));
    }
  }
  for (const name of ['/usr', '/opt']) if (existsSync(name)) mounts.push(bind(name, name, 'ro'));
  return mounts;
};

/** /tmp is memory of the task: libraries unpack native code there and run it (zstd, snappy), so exec is allowed. */
export const kernelMounts = (tmpMiB: number): readonly Mount[] => [
  { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
  tmpfs('/dev', 'strictatime', 'mode=755', 'size=1m'),
  {
    destination: '/dev/pts',
    type: 'devpts',
    source: 'devpts',
    options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
  },
  { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'noexec', 'nodev'] },
  tmpfs('/tmp', 'nodev', 'mode=1777', `size=${tmpMiB}m`),
  tmpfs('/run', 'nodev', 'noexec', 'mode=755', 'size=8m'),
  // Not recursive, and the groups once more: else Java finds each controller twice and takes the limits of the host.
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
  {
    destination: '/sys/fs/cgroup',
    type: 'cgroup',
    source: 'cgroup',
    options: ['nosuid', 'noexec', 'nodev', 'relatime', 'ro'],
  },
];

/** `shared`: that of the other tasks of its pod instance, which has a size already. */
export const shmMount = (shared: string | undefined, sizeMiB: number): Mount =>
  shared === undefined
    ? tmpfs('/dev/shm', 'nodev', 'noexec', 'mode=1777', `size=${sizeMiB}m`)
    : { ...bind(shared, '/dev/shm', 'rw'), options: ['bind', 'rw', 'nosuid', 'nodev', 'noexec', 'rprivate'] };

const etcNames = new Set([
  'alternatives',
  'ca-certificates',
  'crypto-policies',
  'fonts',
  'gai.conf',
  'group',
  'host.conf',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'locale.alias',
  'localtime',
  'mime.types',
  'nsswitch.conf',
  'os-release',
  'passwd',
  'pki',
  'protocols',
  'resolv.conf',
  'services',
  'ssl',
  'timezone',
]);

/** The whole of /etc would show the host's secrets to whoever may read them there. */
export const etcMounts = (): readonly Mount[] =>
  readdirSync('/etc')
    .filter((name) => (etcNames.has(name) || /^java(-|$)/.test(name)) && existsSync(join('/etc', name)))
    .map((name) => bind(join('/etc', name), join('/etc', name), 'ro'));

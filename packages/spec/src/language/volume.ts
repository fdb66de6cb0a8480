import { list, object, optional, required } from '../shape/collection.ts';
import { choice, parsed, text, wholeNumber } from '../shape/scalar.ts';
import { segment } from './name.ts';

const profile = {
  pattern: /^[A-Za-z0-9_.-]{1,128}$/,
  what: 'a disk profile (1 to 128 letters, digits, `_`, `.` and `-`)',
};

export const volume = object({
  path: required(text(segment), 'The directory, seen from the working directory of the task.'),
  type: required(choice(['ROOT', 'MOUNT']), 'ROOT: a part of the shared disk. MOUNT: a whole disk.'),
  size: required(wholeNumber({ min: 1 }), 'Its size in MiB.'),
  profiles: optional(list(text(profile)), 'Of MOUNT: a disk with any one of these profiles.'),
});

const mode = choice(['RW', 'RO'], { ignoreCase: true });

/** Where a volume that is no reservation is seen: relative to the working directory, or from the root. */
const containerPath = parsed<string>('a path', 'A path, relative to the working directory or absolute.', (path) => {
  if (path.trim() === '' || path.split('/').includes('..') || /^\/+$/.test(path)) {
    return {
      code: 'bad-format',
      message: `\`${path}\` is not a place for a volume`,
      next: 'write a path below the working directory, or an absolute one, without `..`',
    };
  }
  return { value: path };
});

const hostPath = parsed<string>('an absolute path', 'An absolute path on the agent.', (path) => {
  if (path.startsWith('/') && !path.split('/').includes('..')) return { value: path };
  const next = 'write a path that begins with `/`, without `..`';
  return { code: 'bad-format', message: `\`${path}\` is not an absolute path`, next };
});

export const hostVolume = object({
  'host-path': required(hostPath, 'The folder of the agent; nothing of it is reserved or ever destroyed.'),
  'container-path': required(containerPath, 'Where the tasks see it.'),
  mode: optional(mode, 'RW (default) or RO: read-only.'),
});

const driverOptions = parsed<Readonly<Record<string, string>>>(
  'driver options',
  'Options of the driver as `key=value;key2=value2`.',
  (given) => {
    const entries: [string, string][] = [];
    for (const option of given.split(';').filter((each) => each.trim() !== '')) {
      const at = option.indexOf('=');
      const key = option.slice(0, Math.max(0, at)).trim();
      if (key === '' || entries.some(([other]) => other === key)) {
        const what = key === '' ? 'is not `key=value`' : 'is there twice';
        const next = 'write `key=value;key2=value2`';
        return { code: 'bad-format', message: `the driver option \`${option.trim()}\` ${what}`, next };
      }
      entries.push([key, option.slice(at + 1).trim()]);
    }
    return { value: Object.fromEntries(entries) };
  },
);

export const externalVolume = object({
  type: required(choice(['DOCKER'], { ignoreCase: true }), 'DOCKER: a volume of a Docker volume driver.'),
  'container-path': required(containerPath, 'Where the tasks see it.'),
  'driver-name': required(text(), 'The driver that attaches it, as in `pxd`.'),
  'driver-options': optional(driverOptions, 'Options of the driver as `key=value;key2=value2`.'),
  'volume-name': optional(text(), 'The name that the driver knows it by; that of the service if absent.'),
  'volume-mode': optional(mode, 'RW (default) or RO: read-only.'),
});

import type { LoosePod } from '../language/service.ts';
import type { Path } from '../path.ts';
import type { Reader } from '../yaml/reader.ts';

/** Isolation, secrets and certificates: what excludes each other, and names that must differ. */
export const checkIsolation = (pod: LoosePod, path: Path, reader: Reader): void => {
  if (pod['seccomp-unconfined'] === true && pod['seccomp-profile-name'] !== undefined) {
    reader.reportAt([...path, 'seccomp-unconfined'], 'key', {
      code: 'conflict',
      message: 'system calls cannot be both unfiltered and filtered by a profile',
      next: 'remove `seccomp-unconfined` or `seccomp-profile-name`',
    });
  }
  for (const [name, task] of pod.tasks ?? []) {
    const place = [...path, 'tasks', name];
    if (task?.['ipc-mode'] === 'SHARE_PARENT' && task['shm-size'] !== undefined) {
      reader.reportAt([...place, 'shm-size'], 'key', {
        code: 'conflict',
        message: 'the task shares the /dev/shm of its pod (`ipc-mode: SHARE_PARENT`), which has a size already',
        next: 'write `shm-size` into the pod, or `ipc-mode: PRIVATE`',
      });
    }
    const names = (task?.['transport-encryption'] ?? []).map((each) => each?.name);
    reportTwice(names, (index) => [...place, 'transport-encryption', index], 'certificate', reader);
  }
  checkSecrets(pod, path, reader);
};

const checkSecrets = (pod: LoosePod, path: Path, reader: Reader): void => {
  const secrets = [...(pod.secrets ?? [])];
  for (const key of ['env-key', 'file'] as const) {
    const values = secrets.map(([, secret]) => secret?.[key]);
    reportTwice(values, (index) => [...path, 'secrets', secrets[index]?.[0] ?? '', key], key, reader);
  }
  for (const [name, secret] of secrets) {
    if (secret?.secret === undefined || secret['env-key'] !== undefined || secret.file !== undefined) continue;
    if (!secret.secret.startsWith('/') && !secret.secret.split('/').includes('..')) continue;
    reader.reportAt([...path, 'secrets', name, 'secret'], 'value', {
      code: 'bad-format',
      message: `\`${secret.secret}\` cannot be the name of a file in the working directory`,
      next: 'write `file` or `env-key` too',
    });
  }
};

const reportTwice = (
  values: readonly (string | undefined)[],
  placeOf: (index: number) => Path,
  what: string,
  reader: Reader,
): void => {
  for (const [index, value] of values.entries()) {
    if (value === undefined || values.indexOf(value) === index) continue;
    reader.reportAt(placeOf(index), 'value', {
      code: 'duplicate-name',
      message: `another ${what} is called \`${value}\` too`,
      next: 'choose another name',
    });
  }
};

/** What of the isolation between tasks, and of a task from its agent, a spec may change. */
import { list, object, optional, required } from '../shape/collection.ts';
import { choice, flag, text, wholeNumber } from '../shape/scalar.ts';
import { segment } from './name.ts';

const ipcMode = choice(['PRIVATE', 'SHARE_PARENT'], { ignoreCase: true });

const ofPodOnly = choice(['PRIVATE'], {
  ignoreCase: true,
  refused: {
    SHARE_PARENT: {
      code: 'out-of-range',
      message: 'a pod has no parent to share with: `SHARE_PARENT` is for tasks',
      next: 'write PRIVATE here, and SHARE_PARENT in the tasks that share what the pod has',
    },
  },
});

const shmSize = optional(wholeNumber({ min: 1 }), 'The size of /dev/shm in MiB.');

export const podIsolation = {
  'share-pid-namespace': optional(flag(), 'Tasks of an instance see the processes of each other; false if absent.'),
  'seccomp-unconfined': optional(flag(), 'No filter of system calls; false if absent.'),
  'seccomp-profile-name': optional(text(), 'A filter of system calls that the agents have, by its name.'),
  'ipc-mode': optional(ofPodOnly, 'PRIVATE: an IPC namespace and /dev/shm of its own.'),
  'shm-size': shmSize,
};

export const taskIsolation = {
  'ipc-mode': optional(ipcMode, 'PRIVATE (default), or SHARE_PARENT: those of the pod instance.'),
  'shm-size': shmSize,
};

const tlsArtifact = object({
  name: required(text(segment), 'The first part of the names of its files.'),
  type: required(
    choice(['TLS', 'KEYSTORE'], { ignoreCase: true }),
    'TLS: <name>.crt, .key and .ca. KEYSTORE: <name>.keystore and .truststore.',
  ),
});

export const transportEncryption = list(tlsArtifact);

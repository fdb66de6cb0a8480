import { list, meaningless, object, optional, record, required } from '../shape/collection.ts';
import { flag, text, wholeNumber } from '../shape/scalar.ts';
import { artifact } from './artifact.ts';
import { relativePath } from './file-path.ts';
import { podIsolation } from './isolation.ts';
import { imageName, variable } from './name.ts';
import { networks } from './network.ts';
import { placement } from './placement.ts';
import { resourceSet } from './resource.ts';
import { gates, task } from './task.ts';
import { externalVolume, hostVolume, volume } from './volume.ts';

/** -1 is the old spelling of unlimited. */
const rlimit = object({
  soft: optional(wholeNumber({ min: -1 }), 'What the task starts with; absent or -1: unlimited.'),
  hard: optional(wholeNumber({ min: -1 }), 'How far it may raise that; absent or -1: unlimited.'),
});

const secret = object({
  secret: required(text(), 'Its path in the secret store.'),
  'env-key': optional(text(variable), 'The environment variable that holds its value.'),
  file: optional(relativePath, 'The file that holds its value; the path of the secret if neither is said.'),
});

export const pod = object({
  count: required(wholeNumber({ min: 0 }), 'How many instances.'),
  retired: optional(
    list(wholeNumber({ min: 0 })),
    'Numbers that are not used any more: instances are numbered from 0 on without these.',
  ),
  tasks: required(record(task, { min: 1, what: 'task' }), 'Tasks by name.'),
  'resource-sets': optional(record(resourceSet, { what: 'resource set' }), 'Resources that tasks share.'),
  placement: optional(placement, 'Where an instance may be placed, as in `hostname:UNIQUE`.'),
  image: optional(text(imageName), 'An OCI image as the root of every task; the file system of the agent if absent.'),
  uris: optional(list(artifact), 'Files fetched before the tasks start.'),
  networks: optional(networks, 'Networks by name; that of the agent if absent.'),
  rlimits: optional(record(rlimit, { what: 'limit' }), 'Limits by name, as in RLIMIT_NOFILE.'),
  volume: optional(volume, 'One volume that every task of the pod sees.'),
  volumes: optional(record(volume, { what: 'volume' }), 'Volumes by name that every task of the pod sees.'),
  'host-volumes': optional(record(hostVolume, { what: 'host volume' }), 'Folders of the agent, by name.'),
  'external-volumes': optional(
    record(externalVolume, { what: 'external volume' }),
    'Volumes that a driver attaches wherever the instance runs, by name.',
  ),
  secrets: optional(record(secret, { what: 'secret' }), 'Values of the secret store, by name.'),
  'pre-reserved-role': optional(text(), 'Use resources that were set aside for this role; `*` if absent.'),
  'allow-decommission': optional(flag(), 'Instances may be removed, by a lower count or as retired; false if absent.'),
  ...podIsolation,
  gates: optional(gates, "Conditions of the package's code that every step of this pod waits for."),
  user: meaningless('the user of all tasks is `scheduler.user`'),
  container: meaningless('write `image`, `networks`, `rlimits` and the rest directly under the pod'),
});

/** What setrlimit knows, and Mesos with it. */
export const rlimitNames: readonly string[] = [
  'AS',
  'CORE',
  'CPU',
  'DATA',
  'FSIZE',
  'LOCKS',
  'MEMLOCK',
  'MSGQUEUE',
  'NICE',
  'NOFILE',
  'NPROC',
  'RSS',
  'RTPRIO',
  'RTTIME',
  'SIGPENDING',
  'STACK',
].map((name) => `RLIMIT_${name}`);

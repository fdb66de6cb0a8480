import { list, object, optional, record, required } from '../shape/collection.ts';
import { flag, wholeNumber } from '../shape/scalar.ts';
import { artifact } from './artifact.ts';
import { placement } from './placement.ts';
import { resourceSet } from './resource.ts';
import { gates, task } from './task.ts';

/** -1 is the old spelling of unlimited. */
const rlimit = object({
  soft: optional(wholeNumber({ min: -1 }), 'What the task starts with; absent or -1: unlimited.'),
  hard: optional(wholeNumber({ min: -1 }), 'How far it may raise that; absent or -1: unlimited.'),
});

export const pod = object(
  {
    count: required(wholeNumber({ min: 0 }), 'How many instances.'),
    tasks: required(record(task, { min: 1, what: 'task' }), 'Tasks by name.'),
    'resource-sets': optional(record(resourceSet, { what: 'resource set' }), 'Resources that tasks share.'),
    placement: optional(placement, 'Where an instance may be placed, as in `hostname:UNIQUE`.'),
    uris: optional(list(artifact), 'Files fetched before the tasks start.'),
    rlimits: optional(record(rlimit, { what: 'limit' }), 'Limits by name, as in RLIMIT_NOFILE.'),
    'allow-decommission': optional(flag(), 'Instances may be removed by lowering the count.'),
    gates: optional(gates, "Conditions of the package's code that every step of this pod waits for."),
  },
  {
    image: 'remove it; tasks see the file system of the agent, read-only, and what `uris` fetches',
    networks: 'remove it; tasks use the network of their agent',
    volume: 'put the volume into a resource set, or into the task',
    volumes: 'put the volumes into a resource set, or into the task',
    'host-volumes': 'remove it; the file system of the agent is visible, read-only',
    'external-volumes': 'use a volume of type ROOT or MOUNT',
    secrets: 'remove it',
    'pre-reserved-role': 'remove it',
    'share-pid-namespace': 'remove it; tasks do not see the processes of others',
    'seccomp-unconfined': 'remove it',
    'seccomp-profile-name': 'remove it',
    'ipc-mode': 'remove it; each jail has its own',
    'shm-size': 'remove it',
    user: 'set `scheduler.user`, the user of all tasks',
    container: 'write `rlimits` and the rest directly under the pod',
  },
);

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

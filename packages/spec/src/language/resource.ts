import { object, optional, record, required } from '../shape/collection.ts';
import { choice, flag, number, text, wholeNumber } from '../shape/scalar.ts';
import { segment, variable } from './name.ts';

const vip = object({
  port: required(wholeNumber({ min: 1, max: 65_535 }), 'The port of the VIP.'),
  prefix: optional(text(), 'The first part of its name; the name of the port if absent.'),
});

const port = object(
  {
    port: required(wholeNumber({ min: 0, max: 65_535 }), 'The port; 0 for any free one, kept across restarts.'),
    'env-key': optional(text(variable), 'The environment variable that tells the tasks.'),
    advertise: optional(flag(), 'Listed among the endpoints of the service.'),
    vip: optional(vip, 'One stable address in front of the healthy tasks.'),
  },
  { ranges: 'remove it; with port 0 any free port of the agent is taken' },
);

const volume = object(
  {
    path: required(text(segment), 'The directory, seen from the working directory of the task.'),
    type: required(choice(['ROOT', 'MOUNT']), 'ROOT: a part of the shared disk. MOUNT: a whole disk.'),
    size: required(wholeNumber({ min: 1 }), 'Its size in MiB.'),
  },
  { profiles: 'remove it; any disk that is large enough is taken' },
);

/** What a task may say for itself, or take from a resource set. */
export const resources = {
  cpus: optional(number({ above: 0 }), 'Processors, as in 0.5.'),
  memory: optional(wholeNumber({ min: 1 }), 'Memory in MiB; more than this is killed.'),
  ports: optional(record(port, { what: 'port' }), 'Ports by name.'),
  volume: optional(volume, 'One volume.'),
  volumes: optional(record(volume, { what: 'volume' }), 'Volumes by name.'),
};

export const unsupportedResources = {
  gpus: 'remove it',
  'resource-limits': 'remove it; `memory` is a limit already, and `cpus` a share',
};

/** What a set gets that asks for ports or volumes only: as much as dcos-commons gave to its executor. */
export const leastResources = { cpus: 0.1, memoryMiB: 32 } as const;

export const resourceSet = object(resources, unsupportedResources);

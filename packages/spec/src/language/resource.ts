import { either, object, optional, record } from '../shape/collection.ts';
import { written } from '../shape/shape.ts';
import { choice, number, wholeNumber } from '../shape/scalar.ts';
import { port } from './port.ts';
import { volume } from './volume.ts';

const unlimited = choice(['unlimited']);
const isWord = (node: Parameters<typeof written>[0]): boolean => /^[a-z]/i.test(written(node) ?? '');

const limits = object({
  cpus: optional(either(unlimited, number({ above: 0 }), isWord), 'At least `cpus`, or `unlimited`.'),
  memory: optional(either(unlimited, wholeNumber({ min: 1 }), isWord), 'MiB, at least `memory`, or `unlimited`.'),
});

/** What a task may say for itself, or take from a resource set. */
export const resources = {
  cpus: optional(number({ above: 0 }), 'Processors, as in 0.5.'),
  gpus: optional(wholeNumber({ min: 1 }), 'Whole GPUs.'),
  memory: optional(wholeNumber({ min: 1 }), 'Memory in MiB; more than this is killed.'),
  'resource-limits': optional(limits, 'Up to where tasks may go beyond what is reserved.'),
  ports: optional(record(port, { what: 'port' }), 'Ports by name.'),
  volume: optional(volume, 'One volume.'),
  volumes: optional(record(volume, { what: 'volume' }), 'Volumes by name.'),
};

/** What a set gets that asks for ports or volumes only: as much as dcos-commons gave to its executor. */
export const leastResources = { cpus: 0.1, memoryMiB: 32 } as const;

export const resourceSet = object(resources);

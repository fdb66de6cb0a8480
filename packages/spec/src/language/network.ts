import { list, object, optional, record } from '../shape/collection.ts';
import { isEmpty } from '../shape/shape.ts';
import type { InputOf, LooseOf, Shape, StrictOf } from '../shape/shape.ts';
import { wholeNumber } from '../shape/scalar.ts';
import { labels } from './label.ts';
import { portMax } from './port.ts';

const port = wholeNumber({ min: 1, max: portMax });

const body = object({
  'host-ports': optional(list(port), 'Ports of the agent, each led to the container port at the same place.'),
  'container-ports': optional(list(port), 'Ports inside the network of the task.'),
  labels: optional(labels, 'Labels for the plugin of the network as `key:value,key2:value2`.'),
});

/** Nothing behind the name is a network with its defaults. */
const network: Shape<LooseOf<typeof body>, StrictOf<typeof body>, InputOf<typeof body> | null> = {
  schema: { ...body.schema, type: ['object', 'null'] },
  read: (slot, reader) => (isEmpty(slot.node) ? {} : body.read(slot, reader)),
};

export const networks = record(network, { what: 'network' });

/** The only one that maps ports of the agent to ports of the task. */
export const bridgeNetwork = 'mesos-bridge';

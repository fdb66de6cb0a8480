/** Whom to ask for what only the active controller can do, of a cluster whose metadata is in ZooKeeper. */
import type { ServiceView } from '@warder/sdk';
import type { KafkaClient } from '../client/client.ts';
import type { KafkaNode } from '../client/node.ts';
import { brokersPassOn } from '../metadata.ts';
import type { ClusterView } from './view.ts';

/**
 * The broker that all name. Once controllers of their own lead, each broker names any, which passes on what it is asked; so
 * where they do not agree, `other` will do. As long as a broker leads, those that know the quorum cannot pass on to one that
 * does not, but then all name that one. Undefined: nobody leads.
 */
export const controllingNode = (
  service: Pick<ServiceView, 'options'>,
  client: KafkaClient,
  { seen, controller }: Pick<ClusterView, 'seen' | 'controller'>,
  other: KafkaNode,
): KafkaNode | undefined => {
  const address = seen.get(controller);
  if (address !== undefined) return client.node(address);
  return brokersPassOn(service) ? other : undefined;
};

/** Who belongs to the cluster: Kafka's node ids and where each is reached. */
import type { InstanceView, ServiceView } from '@warder/sdk';
import type { Address } from '../client/node.ts';
import { readOptions } from '../options.ts';

export type Member = {
  readonly id: number;
  /** `broker-0`. */
  readonly instance: string;
  /** Absent while it has no place. */
  readonly address?: Address;
  /** It was started at some time, so the cluster may count on it. */
  readonly launched: boolean;
};

/** The id of a broker is its index. */
export const brokers = (service: ServiceView): readonly Member[] =>
  members(service, 'broker', 'client', (index) => index);

/**
 * Who votes on the metadata. In combined mode these are the first brokers, by the port of the quorum; with ZooKeeper,
 * nobody.
 */
export const controllers = (service: ServiceView): readonly Member[] => {
  if (service.spec.pods.some((pod) => pod.name === 'controller')) {
    return members(service, 'controller', 'quorum', controllerId);
  }
  const {
    controllers: { count },
    metadata,
  } = readOptions(service.options);
  if (metadata === 'zookeeper') return [];
  return members(service, 'broker', 'quorum', (index) => index).filter((member) => member.id < count);
};

/** Ids of their own, far from those of brokers: `100` and the index, as start.sh writes it. */
const controllerId = (index: number): number => Number(`100${index}`);

const members = (service: ServiceView, pod: string, port: string, idOf: (index: number) => number): readonly Member[] =>
  service.instances
    .filter((instance) => instance.pod === pod)
    .map((instance) => {
      const address = addressOf(instance, port);
      const launched = instance.tasks.length > 0;
      const member = { id: idOf(instance.index), instance: instance.name, launched };
      return address === undefined ? member : { ...member, address };
    });

const addressOf = (instance: InstanceView, name: string): Address | undefined => {
  const port = instance.ports[name];
  return instance.address === undefined || port === undefined ? undefined : { host: instance.address, port };
};

/** The members that can be asked. */
export const reachable = (from: readonly Member[]): readonly (Member & { readonly address: Address })[] =>
  from.flatMap((member) => (member.address && member.launched ? [{ ...member, address: member.address }] : []));

/** Who belongs to the ensemble, and where each is reached. */
import { instancesOf, type InstanceView, type ServiceView } from '@warder/sdk';

export type Address = { readonly host: string; readonly port: number };

export type Member = {
  /** What ZooKeeper calls `myid`: the index of the instance and one. */
  readonly id: number;
  /** `server-0`. */
  readonly instance: string;
  /** For clients. Absent while it has no place. */
  readonly address?: Address;
  /** It was started at some time: it may keep data, and the others may count on it. */
  readonly launched: boolean;
};

export const membersOf = (service: ServiceView): readonly Member[] => {
  const pod = service.spec.pods.find(({ name }) => name === 'server') ?? { count: 0 };
  return instancesOf(pod).map((index) => {
    const instance = `server-${index}`;
    const seen = service.instances.find(({ name }) => name === instance);
    const address = seen && addressOf(seen, 'client');
    const launched = (seen?.tasks.length ?? 0) > 0;
    return { id: index + 1, instance, launched, ...(address === undefined ? {} : { address }) };
  });
};

export const addressOf = (instance: InstanceView, port: string): Address | undefined => {
  const number = instance.ports[port];
  return instance.address === undefined || number === undefined ? undefined : { host: instance.address, port: number };
};

/** `host:port,host:port`, for clients. */
export const connectOf = (service: ServiceView): string =>
  membersOf(service)
    .flatMap(({ address }) => (address === undefined ? [] : [`${address.host}:${address.port}`]))
    .join(',');

/** What is asked of an upgrade, from the parameters of its plan to the arguments of its steps. */
import { PackageError, type ServiceView } from '@warder/sdk';
import { kafkaVersion } from '../version.ts';

export type Wish = {
  readonly from: string;
  readonly to: string;
  readonly soakMs: number;
  /** Writes to topics that have no replica to spare may pause during each restart. */
  readonly acceptsPauses: boolean;
};

export const wishParams = {
  to: 'the version of Kafka',
  soak: 'seconds that the cluster must be well on the new version before anything is finalised (60)',
  unavailable: '`accept`: topics without a replica to spare may be unavailable during each restart',
};

const soakDefault = 60;

export const readWish = (service: ServiceView, params: Readonly<Record<string, string>>): Wish => {
  const { to, soak = String(soakDefault), unavailable } = params;
  if (to === undefined) throw wrong('say which version: to=<version>');
  if (!/^\d{1,6}$/.test(soak)) throw wrong(`soak is "${soak}": give whole seconds`);
  if (unavailable !== undefined && unavailable !== 'accept')
    throw wrong(`unavailable is "${unavailable}": accept it, or leave it out`);
  return {
    from: service.version,
    to: kafkaVersion(to).version,
    soakMs: Number(soak) * 1000,
    acceptsPauses: unavailable === 'accept',
  };
};

const wrong = (message: string): PackageError => new PackageError('param-invalid', message);

/** The arguments of a step, as the plan wrote them. */
export const wishOf = (args: unknown): Wish => args as Wish;

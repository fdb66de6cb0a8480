/** What is asked of a migration, from the parameters of its plan to the arguments of its steps. */
import { PackageError } from '@warder/sdk';

export type Wish = {
  readonly soakMs: number;
  /** Writes to topics that have no replica to spare may pause during each restart. */
  readonly acceptsPauses: boolean;
};

export const wishParams = {
  soak: 'seconds that the cluster must be well with brokers that need no ZooKeeper, before a person is asked (60)',
  unavailable: '`accept`: topics without a replica to spare may be unavailable during each restart',
};

const soakDefault = 60;

export const readWish = ({ soak = String(soakDefault), unavailable }: Readonly<Record<string, string>>): Wish => {
  if (!/^\d{1,7}$/.test(soak)) throw wrong(`soak is "${soak}": give whole seconds`);
  if (unavailable !== undefined && unavailable !== 'accept')
    throw wrong(`unavailable is "${unavailable}": accept it, or leave it out`);
  return { soakMs: Number(soak) * 1000, acceptsPauses: unavailable === 'accept' };
};

const wrong = (message: string): PackageError => new PackageError('param-invalid', message);

/** The arguments of a step, as the plan wrote them. */
export const wishOf = (args: unknown): Wish => args as Wish;

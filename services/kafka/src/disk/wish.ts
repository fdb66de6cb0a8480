/** What is asked of a run that moves replicas between log dirs, from the parameters of its plan. */
import { PackageError } from '@warder/sdk';
import { readRate } from '../rebalance/wish.ts';

export type DiskWish = {
  /** Absent: every broker. */
  readonly broker?: number;
  /** This replica alone. */
  readonly replica?: { readonly topic: string; readonly partition: number; readonly to: string };
  /** Bytes a second, for each broker; undefined: as fast as they can. */
  readonly throttle: number | undefined;
};

export const diskParams = {
  broker: 'the id of a broker; without it all',
  topic: 'of the one replica to move',
  partition: 'of the one replica to move',
  to: 'where to: a log dir, or the volume that it is on',
  throttle: 'bytes a second that each broker copies at most: 50M (without it), 1.5G; or `none`',
};

const throttleDefault = '50M';

export const readWish = (params: Readonly<Record<string, string>>): DiskWish => {
  const { broker, throttle = throttleDefault } = params;
  if (broker !== undefined && !isNumber(broker)) throw wrong(`broker is "${broker}": give the id of one`);
  const wish = {
    throttle: throttle === 'none' ? undefined : readRate(throttle),
    ...(broker === undefined ? {} : { broker: Number(broker) }),
  };
  if (!ofReplica.some((name) => name in params)) return wish;
  const missing = ['broker', ...ofReplica].filter((name) => (params[name] ?? '') === '');
  if (missing.length > 0) throw wrong(`one replica is to be moved, but ${missing.join(', ')} is not given`);
  const { topic = '', partition = '', to = '' } = params;
  if (!isNumber(partition)) throw wrong(`partition is "${partition}": give its number`);
  return { ...wish, replica: { topic, partition: Number(partition), to } };
};

const ofReplica = ['topic', 'partition', 'to'];

const isNumber = (text: string): boolean => /^\d{1,15}$/.test(text);

const wrong = (message: string): PackageError => new PackageError('param-invalid', message);

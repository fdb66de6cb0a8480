/** What brokers pass on to the controllers. */
import type { Image } from '../model/image.ts';
import type { Asked } from './answer.ts';

/** Resolves when the controllers have agreed on it; false: they never will. Without a leader nobody answers. */
export function agree({ kafka }: Asked, change: (image: Image) => Image): Promise<boolean> {
  if (!kafka.quorum.leads) return new Promise(() => {});
  const { promise, resolve } = Promise.withResolvers<boolean>();
  kafka.quorum.append(change, resolve);
  return promise;
}

/** NOT_CONTROLLER */
export const LOST_LEADER = 41;

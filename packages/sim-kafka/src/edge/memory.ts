/** In place of what the thread of the package remembers: gone with each life of the scheduler. */
import { edge } from './current.ts';
import type { Edge } from './current.ts';

export const memory = <T>(make: () => T): (() => T) => {
  let world: Edge | undefined;
  let life = -1;
  let own = make();
  return () => {
    const present = edge();
    if (world !== present || life !== present.life()) {
      [world, life, own] = [present, present.life(), make()];
    }
    return own;
  };
};

/** How far all brokers together are from the bands of loads. */
import { RESOURCES } from './layout.ts';
import type { Search } from './search.ts';

/** By resource, the highest goal first, in means. */
export const distances = (search: Search): Float64Array => {
  const sums = new Float64Array(RESOURCES);
  for (let r = 0; r < RESOURCES; r += 1)
    for (let b = 0; b < search.layout.brokers; b += 1) sums[r] = (sums[r] ?? 0) + search.distance(r, b);
  return sums;
};

/** Is nothing worse than before, and next to nothing left: a hundredth of a broker's mean for each broker? */
export const isNear = (sums: Float64Array, before: Float64Array, brokers: number): boolean =>
  sums.every((sum, r) => sum <= Math.min(before[r] ?? 0, brokers / 100));

/** Below zero: the first is better, for the highest goal in which they differ. */
export const compare = (one: Float64Array, other: Float64Array): number => {
  for (let r = 0; r < RESOURCES; r += 1) {
    const [a, b] = [one[r] ?? 0, other[r] ?? 0];
    if (Math.abs(a - b) > 1e-6) return a - b;
  }
  return 0;
};

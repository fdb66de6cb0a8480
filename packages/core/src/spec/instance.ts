/** Which instances a pod has: the one place that says how they are numbered. */
import type { PodSpec } from './pod.ts';

type Numbered = Pick<PodSpec, 'count' | 'retired'>;

/**
 * Their numbers, from 0 on without the retired ones, in ascending order.
 *
 * @example
 *     instancesOf({ count: 3, retired: [1] }) // [0, 2, 3]
 */
export function instancesOf({ count, retired = [] }: Numbered): readonly number[] {
  const gone = new Set(retired);
  const numbers: number[] = [];
  for (let index = 0; numbers.length < count; index += 1) if (!gone.has(index)) numbers.push(index);
  return numbers;
}

/** Whether the pod has an instance of this number; a pod that is not there has none. */
export function hasInstance(pod: Numbered | undefined, index: number): boolean {
  if (pod === undefined || !Number.isInteger(index) || index < 0) return false;
  const gone = new Set(pod.retired);
  if (gone.has(index)) return false;
  const below = [...gone].filter((number) => number >= 0 && number < index);
  return index - below.length < pod.count;
}

/** Configurations that a broker does not live with. */
import type { Launched } from './launched.ts';

/** Kafka looks at it before anything else, and ends; undefined: it starts. */
export function refusedBy({ isBroker, properties }: Launched): string | undefined {
  const of = (key: string, otherwise: number): number => Number(properties.get(key) ?? otherwise);
  const isSlow = of('replica.fetch.wait.max.ms', 500) > of('replica.lag.time.max.ms', 30_000);
  return isBroker && isSlow
    ? 'replica.fetch.wait.max.ms should always be less than or equal to replica.lag.time.max.ms'
    : undefined;
}

/** The least heap, in MiB, that a broker of the model can serve with. */
const HEAP_MIN_MIB = 256;

/** It comes up, serves for a while, and ends. */
export const isCramped = ({ isBroker, heapMiB }: Launched): boolean => isBroker && heapMiB < HEAP_MIN_MIB;

/** What the parts of tests on one real cluster share. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Producer } from '@platformatic/kafka';
import type { LocalCluster } from '../local-cluster.ts';

/** The cluster is there when a test runs, not when it is written down. */
export type Given = () => LocalCluster;

export const bootstrapOf = (cluster: LocalCluster): string[] =>
  cluster.view().instances.map(({ address, ports }) => `${address}:${ports['client']}`);

/** Records of these times, in milliseconds since 1970, in one batch. */
export const produce = async (
  cluster: LocalCluster,
  topic: string,
  partition: number,
  times: readonly number[],
  compression: 'none' | 'gzip' = 'none',
): Promise<void> => {
  const producer = new Producer({ clientId: 'test', bootstrapBrokers: bootstrapOf(cluster), compression });
  const value = Buffer.from('value');
  const messages = times.map((ms) => ({ topic, partition, value, timestamp: BigInt(ms) }));
  try {
    await producer.send({ messages, acks: -1 });
  } finally {
    await producer.close(true);
  }
};

export const until = async (what: string, seen: () => Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + 30_000; !(await seen()); await sleep(100)) {
    if (Date.now() > deadline) throw new Error(`not within 30 s: ${what}`);
  }
};

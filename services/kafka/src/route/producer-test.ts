/** A short burst of writes, to see that they succeed and how fast. */
import { Producer } from '@platformatic/kafka';
import { PackageError, type PackageRequest, type PackageRoute } from '@warder/sdk';
import { brokers, reachable } from '../cluster/member.ts';
import { demandOwn, topicName, wholeNumber, withCluster } from './ask.ts';
import { topicOf } from './topic.ts';

export type ProducerTest = {
  readonly message: string;
  readonly records: number;
  readonly seconds: number;
  readonly recordsPerSecond: number;
  readonly mebibytesPerSecond: number;
  /** Of one batch, until all in-sync replicas had it. */
  readonly latencyMs: { readonly median: number; readonly p99: number; readonly max: number };
};

const recordBytes = 1024;

const batchRecords = 200;

/** The answer comes in time, with what was reached until then. */
const budgetMs = 20_000;

const run = (request: PackageRequest): Promise<ProducerTest> =>
  withCluster(request, async (cluster) => {
    const name = topicName(request);
    demandOwn(name);
    const wanted = wholeNumber(request, 'messages', { min: 1, max: 10_000_000, otherwise: 10 });
    await topicOf(cluster, name);
    // A client of its own: it learns the versions of the brokers once, and they may have changed since the last test.
    const producer = new Producer({
      clientId: 'warder-producer-test',
      bootstrapBrokers: reachable(brokers(request.service)).map(({ address }) => address),
      timeout: 5000,
    });
    try {
      return report(wanted, await send(producer, name, wanted, request.signal));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new PackageError('kafka-write-failed', `a write to ${name} failed: ${why}`, 502);
    } finally {
      await producer.close(true).catch(() => undefined);
    }
  });

type Sent = { readonly records: number; readonly ms: number; readonly latenciesMs: readonly number[] };

const send = async (producer: Producer, topic: string, wanted: number, signal: AbortSignal): Promise<Sent> => {
  const value = Buffer.alloc(recordBytes, 'warder ');
  const latenciesMs: number[] = [];
  const started = performance.now();
  let records = 0;
  let next = 0;
  while (records < wanted && performance.now() - started < budgetMs && !signal.aborted) {
    const size = Math.min(batchRecords, wanted - records);
    const messages = Array.from({ length: size }, () => ({ topic, key: Buffer.from(String(next++)), value }));
    const before = performance.now();
    await producer.send({ messages, acks: -1 });
    latenciesMs.push(performance.now() - before);
    records += size;
  }
  return { records, ms: performance.now() - started, latenciesMs };
};

const report = (wanted: number, { records, ms, latenciesMs }: Sent): ProducerTest => {
  const seconds = Math.max(ms, 1) / 1000;
  const ordered = latenciesMs.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    round(ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * share))] ?? 0);
  const recordsPerSecond = round(records / seconds);
  const mebibytesPerSecond = round((records * recordBytes) / 1_048_576 / seconds);
  const short = records < wanted ? ` (of ${wanted}: the time was up)` : '';
  const rate = `${recordsPerSecond} records/s, ${mebibytesPerSecond} MiB/s`;
  return {
    message: `${records} records of ${recordBytes} bytes written${short} in ${round(seconds)} s: ${rate}`,
    records,
    seconds: round(seconds),
    recordsPerSecond,
    mebibytesPerSecond,
    latencyMs: { median: at(0.5), p99: at(0.99), max: at(1) },
  };
};

const round = (value: number): number => Math.round(value * 100) / 100;

export const producerTestRoutes: readonly PackageRoute[] = [
  {
    method: 'PUT',
    path: '/topics/{name}/operation/producer-test',
    summary: 'Write records of 1 KiB with acks=all, and say how fast that went',
    query: { messages: 'how many records; 10 if absent' },
    handle: run,
  },
];

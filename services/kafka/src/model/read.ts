/** What the cluster says of itself: brokers, their disks, and how large each replica is and how far each log goes. */
import { PackageError, type ServiceView } from '@warder/sdk';
import { describeCluster } from '../client/api/describe-cluster.ts';
import { describeLogDirs } from '../client/api/describe-log-dirs.ts';
import { listOffsets, OffsetTime } from '../client/api/list-offsets.ts';
import type { KafkaClient } from '../client/client.ts';
import { errorName } from '../client/error.ts';
import type { Address } from '../client/node.ts';
import { allAnswers } from '../cluster/answer.ts';
import { brokers } from '../cluster/member.ts';
import { readView, type ClusterView, type Partition } from '../cluster/view.ts';
import { byTopic, chunks } from './piece.ts';

export type Reading = {
  /** On the clock of this thread, in milliseconds. */
  readonly atMs: number;
  readonly partitions: readonly Partition[];
  readonly brokers: readonly BrokerReading[];
  /** Bytes of each replica, by the name of the partition and its broker; the copy being made in a move is one. */
  readonly sizes: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** Where the log of each partition ends. Those whose leader did not tell are missing. */
  readonly ends: ReadonlyMap<string, bigint>;
  /** Who did not tell what is on its disks, and why. */
  readonly silent: readonly string[];
};

export type BrokerReading = {
  readonly id: number;
  readonly rack?: string;
  /** Registered and allowed to serve. */
  readonly up: boolean;
  /** Of all of its disks that work; absent: not told, or older than 3.3. */
  readonly totalBytes?: number;
  /** None of its disks takes anything new. */
  readonly cordoned: boolean;
};

/** Asked for so many partitions at a time. */
const piece = 2_000;

/** Throws a PackageError when nobody tells who is in the cluster; whoever is silent else is named. */
export const readCluster = async (client: KafkaClient, service: ServiceView, signal: AbortSignal): Promise<Reading> => {
  const view = await readView(client, brokers(service), signal);
  const teller = view.seenBy[0];
  if (teller === undefined) {
    const why = view.silent.join(', ') || 'none has been started';
    throw new PackageError('kafka-unreachable', `no broker of ${service.name} answers (${why})`, 503);
  }
  const atMs = performance.now();
  const { nodes } = await client.node(teller.address).call(describeCluster, { endpoints: 'brokers' }, signal);
  const [disks, ends] = await Promise.all([readDisks(client, view, signal), readEnds(client, view, signal)]);
  const known = new Set([...nodes.map(({ id }) => id), ...view.seen.keys()]);
  const racks = new Map(nodes.map(({ id, rack }) => [id, rack]));
  return {
    atMs,
    partitions: view.partitions,
    brokers: [...known].map((id): BrokerReading => {
      const rack = racks.get(id);
      const { totalBytes, cordoned = false } = disks.brokers.get(id) ?? {};
      const own = { id, up: view.up.has(id), cordoned };
      return { ...own, ...(rack == null ? {} : { rack }), ...(totalBytes === undefined ? {} : { totalBytes }) };
    }),
    sizes: disks.sizes,
    ends,
    silent: disks.silent,
  };
};

type Disks = {
  readonly brokers: ReadonlyMap<number, { readonly totalBytes?: number; readonly cordoned: boolean }>;
  readonly sizes: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly silent: readonly string[];
};

const readDisks = async (client: KafkaClient, view: ClusterView, signal: AbortSignal): Promise<Disks> => {
  const sizes = new Map<string, Map<number, number>>();
  const found = new Map<number, { readonly totalBytes?: number; readonly cordoned: boolean }>();
  const { failed } = await allAnswers([...view.seen], async ([id, address]) => {
    const own = view.partitions.filter(({ replicas }) => replicas.includes(id));
    // One that has nothing is asked all the same: for its disks.
    for (const part of own.length === 0 ? [[]] : chunks(own, piece)) {
      const { errorCode, dirs } = await client.node(address).call(describeLogDirs, { topics: byTopic(part) }, signal);
      if (errorCode !== 0) throw new Error(errorName(errorCode));
      const working = dirs.filter((dir) => dir.errorCode === 0);
      const total = working.reduce((sum, { totalBytes }) => sum + Number(totalBytes), 0);
      const cordoned = working.length > 0 && working.every((dir) => dir.cordoned);
      const isTold = working.length > 0 && working.every(({ totalBytes }) => totalBytes >= 0n);
      found.set(id, { cordoned, ...(isTold ? { totalBytes: total } : {}) });
      for (const { replicas } of working)
        for (const { topic, partition, sizeBytes, future } of replicas) {
          if (future) continue;
          const name = `${topic}-${partition}`;
          const of = sizes.get(name) ?? new Map<number, number>();
          sizes.set(name, of.set(id, Number(sizeBytes)));
        }
    }
  });
  return { brokers: found, sizes, silent: failed.map(({ from: [id], why }) => `broker ${id} (${why})`) };
};

const readEnds = async (
  client: KafkaClient,
  { seen, partitions }: ClusterView,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, bigint>> => {
  const ends = new Map<string, bigint>();
  await allAnswers([...seen], async ([id, address]) => {
    const led = partitions.filter(({ leader }) => leader === id);
    for (const [name, offset] of await offsetsOf(client, address, led, OffsetTime.latest, signal))
      ends.set(name, offset);
  });
  return ends;
};

/** Of partitions that the broker leads; those that it does not tell are left out. */
const offsetsOf = async (
  client: KafkaClient,
  address: Address,
  led: readonly Partition[],
  timestamp: bigint,
  signal: AbortSignal,
): Promise<readonly (readonly [string, bigint])[]> => {
  const found: (readonly [string, bigint])[] = [];
  for (const part of chunks(led, piece)) {
    const told = await client.node(address).call(listOffsets, { timestamp, topics: byTopic(part) }, signal);
    for (const { topic, partition, errorCode, offset } of told)
      if (errorCode === 0) found.push([`${topic}-${partition}`, offset]);
  }
  return found;
};

/** The log dirs of each broker, as the broker itself and the cluster tell. */
import type { ServiceView } from '@warder/sdk';
import { describeLogDirs, type LogDir } from '../client/api/describe-log-dirs.ts';
import { metadata, type Metadata } from '../client/api/metadata.ts';
import type { KafkaClient } from '../client/client.ts';
import { ErrorCode, errorName } from '../client/error.ts';
import { allAnswers, firstAnswers } from '../cluster/answer.ts';
import { brokers, reachable, type Member } from '../cluster/member.ts';

export type BrokerDisks = {
  readonly id: number;
  readonly instance: string;
  readonly dirs: readonly LogDir[];
  /** Partitions whose replica on this broker cannot be used, as the cluster says. */
  readonly offline: readonly string[];
};

export type Disks = {
  readonly brokers: readonly BrokerDisks[];
  /** Who did not answer, and why. */
  readonly silent: readonly { readonly id: number; readonly instance: string; readonly why: string }[];
};

export const failedDirs = ({ dirs }: Pick<BrokerDisks, 'dirs'>): readonly LogDir[] =>
  dirs.filter(({ errorCode }) => errorCode === ErrorCode.storage);

/** The name of the volume that a log dir is on: `kafka-data-1` of `/sandbox/kafka-data-1/storage`. */
export const volumeOf = (path: string): string => /([^/]+)\/storage\/?$/.exec(path)?.[1] ?? path;

/** In the order of their volumes: the tenth is not before the second. */
const byVolume = (a: LogDir, b: LogDir): number =>
  volumeOf(a.path).localeCompare(volumeOf(b.path), 'en', { numeric: true });

/** Bytes of the replicas in it, and of those that come. */
export const bytesIn = ({ replicas }: Pick<LogDir, 'replicas'>): bigint =>
  replicas.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0n);

/** Of all brokers, or of these. Never rejects for brokers that do not answer. */
export const readDisks = async (
  client: KafkaClient,
  service: ServiceView,
  signal: AbortSignal,
  only?: readonly number[],
): Promise<Disks> => {
  const all = brokers(service);
  const asked = all.filter(({ id }) => only?.includes(id) ?? true);
  const [{ given, failed }, told] = await Promise.all([
    allAnswers(reachable(asked), async ({ address }) => {
      const { errorCode, dirs } = await client.node(address).call(describeLogDirs, { topics: null }, signal);
      if (errorCode !== 0) throw new Error(errorName(errorCode));
      return dirs;
    }),
    firstAnswers(reachable(all), 1, ({ address }) => client.node(address).call(metadata, { topics: null }, signal)),
  ]);
  const view = told.given[0]?.answer;
  const away = asked.filter((member) => !reachable([member]).length);
  return {
    brokers: given
      .map(({ from: { id, instance }, answer: dirs }) => ({
        id,
        instance,
        dirs: dirs.toSorted(byVolume),
        offline: view === undefined ? [] : offlineOn(id, view),
      }))
      .toSorted((a, b) => a.id - b.id),
    silent: [
      ...failed.map(({ from, why }) => ({ id: from.id, instance: from.instance, why })),
      ...away.map(({ id, instance, launched }: Member) => ({
        id,
        instance,
        why: launched ? 'it has no place' : 'it was not started',
      })),
    ].toSorted((a, b) => a.id - b.id),
  };
};

const offlineOn = (id: number, { topics }: Metadata): readonly string[] =>
  topics
    .flatMap(({ name, partitions }) =>
      partitions.filter(({ offline }) => offline.includes(id)).map(({ index }) => `${name}-${index}`),
    )
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));

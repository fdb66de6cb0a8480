/** The log dirs of brokers, for people. */
import { PackageError, type PackageRequest, type PackageRoute } from '@warder/sdk';
import { errorName } from '../client/error.ts';
import { withCluster } from '../route/ask.ts';
import { readDisks, volumeOf, type BrokerDisks } from './disks.ts';
import { spreadOf } from './moves.ts';

export type DiskList = {
  readonly brokers: readonly {
    readonly id: number;
    /** Bytes as texts: they may be more than a number holds. */
    readonly dirs: readonly {
      readonly path: string;
      readonly volume: string;
      readonly error: string | null;
      readonly cordoned: boolean;
      /** Of the file system; -1 unknown. */
      readonly totalBytes: string;
      readonly usableBytes: string;
      readonly replicas: number;
      readonly sizeBytes: string;
      /** On their way from another log dir of the broker. */
      readonly coming: readonly { readonly replica: string; readonly sizeBytes: string; readonly lag: string }[];
    }[];
    /** How far the log dir that is furthest from its share is from it, as a part of it. */
    readonly spread: number;
    /** Partitions whose replica on this broker cannot be used. */
    readonly offline: readonly string[];
  }[];
  readonly silent: readonly { readonly id: number; readonly why: string }[];
};

const list = (request: PackageRequest): Promise<DiskList> =>
  withCluster(request, async ({ client, signal }) => {
    const { broker } = request.query;
    if (broker !== undefined && !/^\d{1,9}$/.test(broker))
      throw new PackageError('broker-unknown', `no broker ${broker} is there`, 404);
    const only = broker === undefined ? undefined : [Number(broker)];
    const { brokers, silent } = await readDisks(client, request.service, signal, only);
    if (brokers.length + silent.length === 0)
      throw new PackageError('broker-unknown', `no broker ${broker ?? ''} is there`, 404);
    return { brokers: brokers.map(told), silent: silent.map(({ id, why }) => ({ id, why })) };
  });

const told = (disks: BrokerDisks): DiskList['brokers'][number] => ({
  id: disks.id,
  dirs: disks.dirs.map((dir) => {
    const stays = dir.replicas.filter(({ future }) => !future);
    return {
      path: dir.path,
      volume: volumeOf(dir.path),
      error: dir.errorCode === 0 ? null : errorName(dir.errorCode),
      cordoned: dir.cordoned,
      totalBytes: String(dir.totalBytes),
      usableBytes: String(dir.usableBytes),
      replicas: stays.length,
      sizeBytes: String(stays.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0n)),
      coming: dir.replicas
        .filter(({ future }) => future)
        .map(({ topic, partition, sizeBytes, lag }) => ({
          replica: `${topic}-${partition}`,
          sizeBytes: String(sizeBytes),
          lag: String(lag),
        })),
    };
  }),
  spread: spreadOf(disks),
  offline: disks.offline,
});

export const diskRoutes: readonly PackageRoute[] = [
  {
    method: 'GET',
    path: '/disks',
    summary: 'The log dirs of each broker, and what is on them',
    query: { broker: 'of this one alone' },
    handle: list,
  },
];

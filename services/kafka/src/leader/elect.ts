/** Who leads: back to the preferred leaders, or, where nobody leads and a person takes the risk, to any that is up. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PackageError, type PackageRequest } from '@warder/sdk';
import { electPreferredLeaders, electUncleanLeaders } from '../client/api/elect-leaders.ts';
import type { Metadata, MetadataPartition } from '../client/api/metadata.ts';
import { ErrorCode, errorText } from '../client/error.ts';
import { count } from '../cluster/words.ts';
import { demand, topicsOf, wholeNumber, withCluster, type Cluster } from '../route/ask.ts';
import { spotName, type Spot } from '../route/leaders.ts';
import { sorted, topicOf } from '../route/topic.ts';

export type Election = {
  readonly message: string;
  readonly elected: readonly (Spot & {
    /** Null: nobody led. */
    readonly from: number | null;
    /** Null: not known yet. */
    readonly to: number | null;
  })[];
  readonly refused: readonly (Spot & { readonly why: string })[];
};

/** How long Kafka may take. */
const electMs = 15_000;

/** How long a change may take to be seen by the broker that was asked. */
const settleMs = 5000;

/** Partitions of one request. */
const atOnce = 1000;

type Known = Spot & { readonly now: MetadataPartition };

export const electLeaders = (request: PackageRequest): Promise<Election> =>
  withCluster(request, async (cluster) => {
    const unclean = request.query['unclean'];
    if (unclean !== undefined && unclean !== 'may-lose-records') {
      throw new PackageError('input-invalid', `unclean is "${unclean}": give may-lose-records, which is what it does`);
    }
    const known = await partitionsOf(request, cluster);
    if (unclean === undefined) return preferred(cluster, known);
    if (request.query['topic'] === undefined) {
      throw new PackageError('input-invalid', 'topic is missing: an election that may lose records is for one topic');
    }
    return uncleanly(cluster, known);
  });

const partitionsOf = async (request: PackageRequest, cluster: Cluster): Promise<readonly Known[]> => {
  const { topic, partition } = request.query;
  if (topic === undefined) {
    if (partition !== undefined) throw new PackageError('input-invalid', 'topic is missing: whose partition is it?');
    return allOf(await topicsOf(cluster, null));
  }
  const found = await topicOf(cluster, topic);
  const all = sorted(found).map((now) => ({ topic: found.name, partition: now.index, now }));
  if (partition === undefined) return all;
  const wanted = wholeNumber(request, 'partition', { min: 0, max: all.length - 1 });
  return all.filter((each) => each.partition === wanted);
};

const allOf = ({ topics }: Metadata): readonly Known[] =>
  topics.flatMap((topic) => sorted(topic).map((now) => ({ topic: topic.name, partition: now.index, now })));

export const preferred = async (cluster: Cluster, known: readonly Known[]): Promise<Election> => {
  const away = known.filter(({ now }) => now.leader !== now.replicas[0]);
  if (away.length === 0) {
    return { message: 'every partition is led by its preferred leader', elected: [], refused: [] };
  }
  const { elected, refused } = await elect(cluster, away, electPreferredLeaders);
  const message = `${count(elected.length, 'partition')} led by the preferred leader again`;
  return { message: refused.length === 0 ? message : `${message}, ${refused.length} not`, elected, refused };
};

const uncleanly = async (cluster: Cluster, known: readonly Known[]): Promise<Election> => {
  const leaderless = known.filter(({ now }) => now.leader < 0);
  if (leaderless.length === 0) {
    const message = 'every partition that was asked for has a leader: nothing was done';
    return { message, elected: [], refused: [] };
  }
  const { elected, refused } = await elect(cluster, leaderless, electUncleanLeaders);
  const lost = elected.length === 0 ? '' : ': what only the replicas had that are away is lost';
  const message = `${count(elected.length, 'partition')} led by a replica that was not in sync${lost}`;
  return {
    message: refused.length === 0 ? message : `${message}; ${refused.length} have no leader still`,
    elected,
    refused,
  };
};

const elect = async (
  cluster: Cluster,
  wanted: readonly Known[],
  api: typeof electPreferredLeaders,
): Promise<Pick<Election, 'elected' | 'refused'>> => {
  const done: Known[] = [];
  const refused: (Spot & { readonly why: string })[] = [];
  const bySpot = new Map(wanted.map((each) => [spotName(each), each]));
  const controller = await cluster.controller();
  for (let at = 0; at < wanted.length; at += atOnce) {
    const topics = [...Map.groupBy(wanted.slice(at, at + atOnce), ({ topic }) => topic)].map(([name, those]) => ({
      name,
      partitions: those.map(({ partition }) => partition),
    }));
    const answer = await controller.call(api, { topics, timeoutMs: electMs }, cluster.signal);
    demand('no leader was elected', answer);
    for (const { topic, partition, errorCode, errorMessage } of answer.results) {
      const one = bySpot.get(spotName({ topic, partition }));
      if (one !== undefined && (errorCode === ErrorCode.none || errorCode === ErrorCode.electionNotNeeded))
        done.push(one);
      else refused.push({ topic, partition, why: errorText(errorCode, errorMessage) });
    }
  }
  const leaders = await leadersAfter(cluster, done);
  const elected = done.map(({ topic, partition, now }) => {
    const to = leaders.get(spotName({ topic, partition })) ?? null;
    return { topic, partition, from: now.leader < 0 ? null : now.leader, to };
  });
  return { elected, refused };
};

/** The election was held; who leads is seen a little later. */
const leadersAfter = async (cluster: Cluster, done: readonly Known[]): Promise<ReadonlyMap<string, number>> => {
  const names = [...new Set(done.map(({ topic }) => topic))];
  if (names.length === 0) return new Map();
  const deadline = performance.now() + settleMs;
  for (;;) {
    const now = allOf(await topicsOf(cluster, names));
    const leaders = new Map(now.map((each) => [spotName(each), each.now.leader]));
    const isSeen = ({ topic, partition, now: before }: Known): boolean => {
      const leader = leaders.get(spotName({ topic, partition })) ?? -1;
      return leader >= 0 && leader !== before.leader;
    };
    if (done.every(isSeen) || performance.now() > deadline) {
      return new Map([...leaders].filter(([, leader]) => leader >= 0));
    }
    await sleep(50, undefined, { signal: cluster.signal });
  }
};

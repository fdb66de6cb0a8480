/** Log dirs that have failed: what is said of them, and what Warder proposes. */
import type { Detection, Detector } from '@warder/sdk';
import { describeLogDirs } from '../client/api/describe-log-dirs.ts';
import { quick, withClient, type KafkaClient } from '../client/client.ts';
import { allAnswers } from '../cluster/answer.ts';
import { brokers, reachable, type Member } from '../cluster/member.ts';
import { partitionNames } from '../cluster/safety.ts';
import { readView, type ClusterView, type Partition } from '../cluster/view.ts';
import { brokersText, count } from '../cluster/words.ts';
import { failedDirs, volumeOf } from './disks.ts';

/** Of a broker that is up: nothing but a failed log dir takes a replica of it offline. */
const isOffline = ({ offline = [] }: Partition, id: number, { up }: Pick<ClusterView, 'up'>): boolean =>
  up.has(id) && offline.includes(id);

/** Brokers that are up and have replicas offline all the same. */
export const brokersWithFailedDirs = (view: Pick<ClusterView, 'up' | 'partitions'>): readonly number[] =>
  [...view.up].filter((id) => view.partitions.some((each) => isOffline(each, id, view))).toSorted((a, b) => a - b);

/** What a reason adds: who waits for these brokers waits for a disk. Empty: none has failed. */
export const failedText = (view: Pick<ClusterView, 'up' | 'partitions'>): string => {
  const ids = brokersWithFailedDirs(view);
  return ids.length === 0 ? '' : `; a log dir of ${brokersText(ids)} has failed (disk list)`;
};

/** How to come out of it. */
export const failedNext = (instance: string): string =>
  `put the disk right and restart the broker (pod restart ${instance}), or replace it (pod replace ${instance})`;

type Failure = { readonly member: Member; readonly volumes: readonly string[] };

export const failedDisk: Detector = {
  summary: 'Proposes to replace a broker one of whose log dirs has failed.',
  // Each look wakes the code of the package.
  everyMs: 300_000,
  forMs: 300_000,
  deed: { kind: 'replace', propose: true },
  look: ({ service, signal }) =>
    withClient(quick, async (client) => {
      const all = brokers(service);
      const [view, failures] = await Promise.all([readView(client, all, signal), readFailures(client, all, signal)]);
      if (view.seenBy.length === 0)
        throw new Error(`no broker answers: ${view.silent.join(', ') || 'none was started'}`);
      return detectionOf(view, failures, all);
    }),
};

const readFailures = async (
  client: KafkaClient,
  all: readonly Member[],
  signal: AbortSignal,
): Promise<readonly Failure[]> => {
  // No topics: what is in the log dirs is of no matter here.
  const { given } = await allAnswers(reachable(all), ({ address }) =>
    client.node(address).call(describeLogDirs, { topics: [] }, signal),
  );
  return given
    .map(({ from, answer }) => ({ member: from, volumes: failedDirs(answer).map(({ path }) => volumeOf(path)) }))
    .filter(({ volumes }) => volumes.length > 0)
    .toSorted((a, b) => a.member.id - b.member.id);
};

/** One at a time, the first of them: while another broker is away, or copies what it lacks, nothing is proposed. */
export const detectionOf = (
  view: Pick<ClusterView, 'up' | 'partitions'>,
  failures: readonly Failure[],
  all: readonly Member[],
): Detection => {
  const [first] = failures;
  if (first === undefined) return { on: false, reason: 'no log dir has failed' };
  const { member, volumes } = first;
  const offline = view.partitions.filter((each) => isOffline(each, member.id, view));
  const what =
    `broker ${member.id}: its log dir ${volumes.join(', ')} has failed, and with it ` +
    `${count(offline.length, 'replica')}${offline.length === 0 ? '' : ` (${partitionNames(offline)})`}`;
  const away = all.filter(({ id, launched }) => launched && !view.up.has(id));
  const behind = view.partitions.filter((each) =>
    each.replicas.some((id) => !each.isr.includes(id) && !isOffline(each, id, view)),
  );
  if (away.length > 0)
    return {
      on: false,
      reason: `${what}; nothing is proposed while ${away.map(({ instance }) => instance).join(', ')} is away`,
    };
  if (behind.length > 0)
    return {
      on: false,
      reason: `${what}; nothing is proposed while others are not in sync: ${partitionNames(behind)}`,
    };
  const replaced = `replace ${member.instance}: all of its disks begin empty, and it copies everything that it had`;
  const instead = `or put the disk right, restart it (pod restart ${member.instance}) and cancel this (plan cancel replace)`;
  return { on: true, reason: `${what}; ${replaced}; ${instead}`, instance: member.instance };
};

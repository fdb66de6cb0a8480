/** What stands in the way of an upgrade on ZooKeeper, all at once and by name. */
import type { ServiceView } from '@warder/sdk';
import { listPartitionReassignments } from '../../client/api/list-partition-reassignments.ts';
import type { KafkaClient } from '../../client/client.ts';
import { errorText } from '../../client/error.ts';
import { brokers } from '../../cluster/member.ts';
import { readView, type ClusterView } from '../../cluster/view.ts';
import { count, few } from '../../cluster/words.ts';
import { migrationOf } from '../../metadata.ts';
import { readOptions } from '../../options.ts';
import { compareProtocols, newestProtocol, protocolOf, shortProtocol } from '../../protocol.ts';
import { clusterProblems } from '../preflight.ts';
import { compareVersions } from '../release.ts';
import type { Wish } from '../wish.ts';
import { readSpoken, type BrokerProtocol, type Spoken } from './spoken.ts';

export type Look = { readonly spoken: Spoken; readonly problems: readonly string[] };

export const lookAt = async (
  client: KafkaClient,
  service: ServiceView,
  wish: Wish,
  signal: AbortSignal,
): Promise<Look> => {
  const [spoken, view] = await Promise.all([
    readSpoken(client, service, signal),
    readView(client, brokers(service), signal),
  ]);
  const [cluster, moves] = await Promise.all([
    clusterProblems(client, service, view, wish, signal),
    moveProblems(client, view, signal),
  ]);
  const { kafka } = readOptions(service.options);
  const problems = [
    ...hopProblems(wish, service.name),
    ...migrationProblems(service),
    ...spokenProblems(spoken, wish, kafka),
    ...cluster,
    ...moves,
  ];
  return { spoken, problems };
};

/** Brokers must keep their version and their protocol until they have left ZooKeeper, or are back on it. */
export const migrationProblems = (service: Pick<ServiceView, 'name' | 'options'>): readonly string[] =>
  migrationOf(service) === 'none'
    ? []
    : [`the cluster is on its way from ZooKeeper to KRaft: end that first (warder ${service.name} plan show migrate)`];

/** Releases before it are not offered, and their rolls were never tried. */
const oldest = '2.8.0';

/** Where one cannot go on ZooKeeper at all. */
export const hopProblems = ({ from, to }: Pick<Wish, 'from' | 'to'>, name: string): readonly string[] => {
  if (compareVersions(to, '4.0.0') >= 0)
    return [
      `Kafka ${to} has no ZooKeeper any more: go to 3.9, then migrate to controllers of Kafka's own (warder ${name} migrate), then upgrade`,
    ];
  return [from, to]
    .filter((version) => compareVersions(version, oldest) < 0)
    .map((version) => `Kafka ${version} is older than ${oldest}: there is no plan for it`);
};

/** They must agree with each other and with the configuration: a roll on top of half a roll has no order any more. */
export const spokenProblems = (
  { brokers: told, silent }: Spoken,
  { from, to }: Pick<Wish, 'from' | 'to'>,
  kafka: Readonly<Record<string, unknown>>,
): readonly string[] => {
  const [version, protocol] = [newestProtocol(from), protocolOf(kafka, from)];
  const strange = told.filter(({ newest }) => compareProtocols(newest, version) !== 0);
  const other = told.filter((each) => !strange.includes(each) && compareProtocols(each.protocol, protocol) !== 0);
  const formats = told.some((each) => compareProtocols(each.format, told[0]?.format ?? '') !== 0) ? told : [];
  const high = shortProtocol(highest(told.map((each) => each.protocol)) ?? protocol);
  const isBack = compareVersions(to, from) < 0;
  return [
    ...(silent.length > 0 ? [`not every broker tells what it goes by: ${few(silent)}; bring it up first`] : []),
    ...notEverywhere(`not on Kafka ${from} yet`, strange, 'newest'),
    ...notEverywhere(`not on protocol ${protocol} yet`, other, 'protocol'),
    ...notEverywhere('records are written in several formats', formats, 'format'),
    ...(isBack && compareProtocols(high, newestProtocol(to)) > 0
      ? [`brokers go by protocol ${high}, which Kafka ${to} does not know: there is no way back to it`]
      : []),
  ];
};

const notEverywhere = (
  what: string,
  those: readonly BrokerProtocol[],
  part: 'newest' | 'protocol' | 'format',
): readonly string[] => {
  const names = few(those.map((each) => `${each.instance} (${shortProtocol(each[part])})`));
  return those.length === 0 ? [] : [`${what}: ${names}; bring it everywhere first (plan start update)`];
};

/** Undefined: there are none. */
export const highest = (protocols: readonly string[]): string | undefined =>
  protocols.toSorted(compareProtocols).at(-1);

export const moveProblems = async (
  client: KafkaClient,
  { controller, seen, seenBy }: ClusterView,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const address = seen.get(controller);
  if (seenBy.length === 0) return [];
  if (address === undefined) return ['no broker is the active controller: wait for an election'];
  const moves = await client.node(address).call(listPartitionReassignments, { timeoutMs: 1000 }, signal);
  if (moves.errorCode !== 0)
    return [`moves of partitions cannot be read: ${errorText(moves.errorCode, moves.errorMessage)}`];
  if (moves.reassignments.length === 0) return [];
  const names = few(moves.reassignments.map(({ topic, partition }) => `${topic}-${partition}`));
  return [
    `${count(moves.reassignments.length, 'partition')} being moved: ${names}; wait until that is done, or cancel it`,
  ];
};

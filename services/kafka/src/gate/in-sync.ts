/** After an instance was started: is it back, does it have everything, and does it lead again what it should lead? */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GateAnswer, GateContext } from '@warder/sdk';
import { describeLogDirs } from '../client/api/describe-log-dirs.ts';
import { electPreferredLeaders } from '../client/api/elect-leaders.ts';
import { metadata } from '../client/api/metadata.ts';
import type { KafkaClient } from '../client/client.ts';
import { ErrorCode, errorText } from '../client/error.ts';
import type { Address, KafkaNode } from '../client/node.ts';
import { brokers, controllers, type Member } from '../cluster/member.ts';
import { controllingNode } from '../cluster/controlling.ts';
import { caughtUp, majority, readQuorum } from '../cluster/quorum.ts';
import { catchUp, partitionNames } from '../cluster/safety.ts';
import { readView, type ClusterView, type Partition } from '../cluster/view.ts';
import { count, few } from '../cluster/words.ts';
import { failedDirs, volumeOf } from '../disk/disks.ts';
import { failedNext } from '../disk/failed.ts';
import { applyLive } from '../live-apply.ts';
import { usesZooKeeper } from '../metadata.ts';
import { catchUpText } from '../replace/progress.ts';
import { kafkaVersion } from '../version.ts';
import { both, closed, guarded, open } from './guard.ts';

/** Partitions of one election request; what is more waits for the next time the gate is asked. */
const electionMax = 500;

const sampleMs = 300;

/** Samples in one answer; two good ones in a row are enough. */
const samplesMax = 5;

export const inSync = guarded(async (context, client, signal) => {
  const { instance, service } = context;
  const voter = controllers(service).find((member) => member.instance === instance.name);
  const broker = brokers(service).find((member) => member.instance === instance.name);
  const asController = voter && (await controllerAnswer(context, voter, client, signal));
  if (asController?.open === false || broker === undefined) {
    return asController ?? open(`${instance.name} is neither a broker nor a controller`);
  }
  const asBroker = await brokerAnswer(context, broker, client, signal);
  return asController ? both(asController, asBroker) : asBroker;
});

const controllerAnswer = async (
  { service }: GateContext,
  member: Member,
  client: KafkaClient,
  signal: AbortSignal,
): Promise<GateAnswer> => {
  const voters = controllers(service);
  const view = await readQuorum(client, voters, signal);
  if (!view.answered.includes(member.id)) return closed(`controller ${member.id} does not answer yet`);
  if (!view.known) {
    // The first of several controllers cannot elect a leader alone, and the others must be let go on.
    const launched = voters.filter((each) => each.launched).length;
    const needed = majority(voters.length);
    if (launched < needed) return open(`it answers; a leader takes ${needed} controllers, ${launched} started so far`);
    return closed(`${view.why}; it waits until they have elected one`);
  }
  const { quorum } = view;
  const self = quorum.voters.find((each) => each.id === member.id);
  if (self === undefined)
    return closed(`controller ${member.id} is not among the voters ${quorum.voters.map((v) => v.id).join(', ')}`);
  if (!caughtUp(quorum).includes(member.id)) {
    return closed(`controller ${member.id} has the metadata up to ${self.endOffset} of ${quorum.highWatermark}`);
  }
  return open(`controller ${member.id} votes and is up to date; ${quorum.leader} leads`);
};

const brokerAnswer = async (
  context: GateContext,
  member: Member,
  client: KafkaClient,
  signal: AbortSignal,
): Promise<GateAnswer> => {
  if (member.address === undefined) return closed(`${member.instance} has no place yet`);
  const self = { ...member, address: member.address, node: client.node(member.address) };
  try {
    await self.node.call(metadata, { topics: [] }, signal);
  } catch (error) {
    return closed(`broker ${self.id} does not answer yet (${error instanceof Error ? error.message : String(error)})`);
  }
  let good = 0;
  let answer = closed('it was not looked at');
  for (let sample = 0; sample < samplesMax && good < 2; sample++) {
    if (sample > 0) await sleep(sampleMs, undefined, { signal });
    const others = brokers(context.service).filter((each) => each.id !== member.id);
    const view = await readView(client, [...others, member], signal);
    const looked = await look(context, self, view, client, sample === 0, signal);
    answer = looked.answer;
    good = answer.open ? good + 1 : 0;
    // Without partitions there is nothing that could still change; far behind, nothing that soon will.
    if (looked.final) break;
  }
  return answer;
};

type Self = Member & { readonly address: Address; readonly node: KafkaNode };

type Look = { readonly answer: GateAnswer; readonly final: boolean };

const look = async (
  context: GateContext,
  self: Self,
  view: ClusterView,
  client: KafkaClient,
  first: boolean,
  signal: AbortSignal,
): Promise<Look> => {
  const notYet = (reason: string): Look => ({ answer: closed(reason), final: true });
  const at = view.seen.get(self.id);
  if (view.fenced.has(self.id)) return notYet(`broker ${self.id} is registered, but does not serve yet`);
  if (at === undefined || !view.up.has(self.id)) return notYet(`broker ${self.id} is not in the cluster yet`);
  if (at.host !== self.address.host || at.port !== self.address.port) {
    return notYet(`the cluster still knows broker ${self.id} at ${at.host}:${at.port}, where it was before`);
  }
  const partitions = view.partitions.filter((each) => each.replicas.includes(self.id));
  const { behind, notLed } = catchUp(self.id, partitions);
  if (behind.length > 0) {
    const copied = await copiedText(context, self, partitions, { client, node: self.node, signal });
    return notYet(`${await behindText(self, behind, partitions.length, signal)}${copied}`);
  }
  if (first) await settleLive(context, self, signal);
  if (notLed.length > 0) {
    const { service } = context;
    const node = usesZooKeeper(service) ? controllingNode(service, client, view, self.node) : self.node;
    const why = first ? await elect(node, notLed, signal) : undefined;
    const what = `${count(notLed.length, 'partition')} still led by another broker: ${partitionNames(notLed)}`;
    return { answer: closed(why === undefined ? what : `${what}: ${why}`), final: why !== undefined };
  }
  const sum = `in sync in all of its ${count(partitions.length, 'partition')}`;
  return { answer: open(`broker ${self.id} is up and ${sum}`), final: partitions.length === 0 };
};

/**
 * A value that was set while brokers ran goes before the file that this one has just read. So what it goes by is
 * compared with what it should go by.
 */
const settleLive = async ({ service, instance }: GateContext, self: Self, signal: AbortSignal): Promise<void> => {
  const pod = service.spec.pods.find((each) => each.name === instance.pod);
  const values = pod?.tasks.find((task) => task.live !== undefined)?.live?.values ?? {};
  await applyLive({ id: self.id, node: self.node, line: kafkaVersion(service.version).line }, values, signal);
};

/** For people to read, so none will do. */
const copiedText = async (
  { service, stepId }: GateContext,
  self: Self,
  partitions: readonly Partition[],
  cluster: Parameters<typeof catchUpText>[0],
): Promise<string> => {
  try {
    return `: ${await catchUpText(cluster, `${service.uid} ${stepId}`, self.id, partitions)}`;
  } catch {
    return '';
  }
};

const behindText = async (
  self: Self,
  behind: readonly Partition[],
  of: number,
  signal: AbortSignal,
): Promise<string> => {
  const { lags, failed } = await replicasOf(self.node, behind, signal);
  const orphans = behind.filter((each) => each.leader < 0);
  if (orphans.length > 0) {
    const what = `${count(orphans.length, 'partition')} of broker ${self.id} have no leader, and it is not in sync in them`;
    const next = 'start the broker that has their records, or delete the topics if there is none';
    return `${what}: ${partitionNames(orphans)}; ${next}`;
  }
  const names = behind.map((each) => {
    const lag = lags.get(`${each.topic}-${each.index}`);
    return `${each.topic}-${each.index}${lag === undefined ? '' : ` (${lag} records behind)`}`;
  });
  const what = `broker ${self.id} is not in sync in ${behind.length} of ${count(of, 'partition')}: ${few(names)}`;
  if (failed.length === 0) return `${what}; it catches up`;
  return `${what}; its log dir ${failed.join(', ')} has failed: ${failedNext(self.instance)}`;
};

/** For people to read, so an empty answer will do. */
const replicasOf = async (
  node: KafkaNode,
  behind: readonly Partition[],
  signal: AbortSignal,
): Promise<{ readonly lags: ReadonlyMap<string, bigint>; readonly failed: readonly string[] }> => {
  const topics = [...Map.groupBy(behind.slice(0, 10), (each) => each.topic)];
  const request = { topics: topics.map(([name, each]) => ({ name, partitions: each.map(({ index }) => index) })) };
  try {
    const { dirs } = await node.call(describeLogDirs, request, signal);
    const replicas = dirs.flatMap((dir) => dir.replicas);
    return {
      lags: new Map(replicas.map(({ topic, partition, lag }) => [`${topic}-${partition}`, lag])),
      failed: failedDirs({ dirs }).map(({ path }) => volumeOf(path)),
    };
  } catch {
    return { lags: new Map(), failed: [] };
  }
};

/** Undefined: the elections were held. Else why not all of them could be. */
const elect = async (
  node: KafkaNode | undefined,
  notLed: readonly Partition[],
  signal: AbortSignal,
): Promise<string | undefined> => {
  if (node === undefined) return 'no controller leads; it waits for an election';
  const topics = [...Map.groupBy(notLed.slice(0, electionMax), (each) => each.topic)].map(([name, each]) => ({
    name,
    partitions: each.map(({ index }) => index),
  }));
  const { errorCode, results } = await node.call(electPreferredLeaders, { topics, timeoutMs: 1000 }, signal);
  if (errorCode !== 0) return errorText(errorCode, null);
  const refused = results.find((each) => each.errorCode !== 0 && each.errorCode !== ErrorCode.electionNotNeeded);
  return refused && `${refused.topic}-${refused.partition}: ${errorText(refused.errorCode, refused.errorMessage)}`;
};

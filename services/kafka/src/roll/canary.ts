/** How the first broker (or controller) of a roll does with its new configuration. */
import type { InstanceView, Probe, ProbeAnswer, ServiceView } from '@warder/sdk';
import { listOffsets, OffsetTime } from '../client/api/list-offsets.ts';
import { quick, withClient, type KafkaClient } from '../client/client.ts';
import { errorName } from '../client/error.ts';
import type { KafkaNode } from '../client/node.ts';
import { brokers, controllers, type Member } from '../cluster/member.ts';
import { caughtUp, readQuorum } from '../cluster/quorum.ts';
import { catchUp, partitionNames } from '../cluster/safety.ts';
import { minInSync } from '../cluster/topic-config.ts';
import { readView, type Partition } from '../cluster/view.ts';
import { count } from '../cluster/words.ts';

/** Whoever asks waits for it. */
const answerMs = 4500;

/** A broker that needs longer to say where its partitions end is not well. */
const servesMs = 1000;

/** So many of the partitions that it leads are asked for. */
const asksMax = 200;

/**
 * Looks at the state of its task, at the metadata of two brokers, and at how the canary itself answers for the
 * partitions that it leads. Records of users are neither read nor written, and JMX is not needed.
 */
export const canary: Probe = async ({ service, instance, signal }) => {
  if (instance === undefined) return closed('it is not known which instance the canary is');
  const trouble = taskTrouble(instance);
  if (trouble !== undefined) return trouble;
  const deadline = AbortSignal.timeout(answerMs);
  const either = AbortSignal.any([signal, deadline]);
  try {
    return await withClient(quick, (client) => judge(service, instance, client, either));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return closed(deadline.aborted ? `the cluster did not answer within ${answerMs} ms (${why})` : why);
  }
};

const open = (reason: string): ProbeAnswer => ({ open: true, reason });
const closed = (reason: string): ProbeAnswer => ({ open: false, reason });
const failed = (reason: string): ProbeAnswer => ({ open: false, reason, failed: true });

/** It had come up before it was judged: when it fails now, its configuration has. What somebody stops has not failed. */
export const taskTrouble = ({ name, tasks }: Pick<InstanceView, 'name' | 'tasks'>): ProbeAnswer | undefined => {
  const [task] = tasks;
  if (task === undefined) return closed(`${name} was not started`);
  if (task.state === 'RUNNING' && task.ready) return undefined;
  const what = `${name}-${task.name} is ${task.state}${task.state === 'RUNNING' ? ', but not ready' : ''}`;
  const end = task.state === 'FAILED' ? task : task.failed;
  if (end === undefined || task.state === 'KILLED') return closed(what);
  const { exit, message } = end;
  const how = exit?.signal === undefined ? `exit ${exit?.code ?? 'unknown'}` : `signal ${exit.signal}`;
  return failed(`${what}: it failed (${how})${message === undefined ? '' : `: ${message}`}`);
};

const judge = async (
  service: ServiceView,
  { name }: InstanceView,
  client: KafkaClient,
  signal: AbortSignal,
): Promise<ProbeAnswer> => {
  const voter = controllers(service).find(({ instance }) => instance === name);
  const broker = brokers(service).find(({ instance }) => instance === name);
  const asVoter = voter && (await judgeController(service, voter, client, signal));
  if (asVoter?.open === false || broker === undefined)
    return asVoter ?? open(`${name} is neither a broker nor a controller`);
  const asBroker = await judgeBroker(service, broker, client, signal);
  return asVoter && asBroker.open ? open(`${asVoter.reason}; ${asBroker.reason}`) : asBroker;
};

const judgeController = async (
  service: ServiceView,
  { id }: Member,
  client: KafkaClient,
  signal: AbortSignal,
): Promise<ProbeAnswer> => {
  const view = await readQuorum(client, controllers(service), signal);
  if (!view.known) return closed(view.why);
  return caughtUp(view.quorum).includes(id)
    ? open(`controller ${id} votes and is up to date`)
    : closed(`controller ${id} is not up to date`);
};

const judgeBroker = async (
  service: ServiceView,
  member: Member,
  client: KafkaClient,
  signal: AbortSignal,
): Promise<ProbeAnswer> => {
  const { id, address } = member;
  if (address === undefined) return closed(`${member.instance} has no place`);
  const others = brokers(service).filter((each) => each.id !== id);
  const view = await readView(client, [...others, member], signal);
  const [teller] = view.seenBy;
  if (teller === undefined) return closed(`no broker answers: ${view.silent.join(', ')}`);
  const own = view.partitions.filter(({ replicas }) => replicas.includes(id));
  const { behind, notLed } = catchUp(id, own);
  const lost = await lostOf(behind, client.node(teller.address), signal);
  if (lost.length > 0) {
    const what = `${count(lost.length, 'partition')} below min.insync.replicas, or with no leader, since broker ${id} fell out`;
    return failed(`${what}: ${partitionNames(lost)}`);
  }
  if (view.fenced.has(id) || !view.up.has(id)) return closed(`broker ${id} is not in the cluster`);
  if (behind.length > 0)
    return closed(`broker ${id} is not in sync in ${count(behind.length, 'partition')}: ${partitionNames(behind)}`);
  if (notLed.length > 0)
    return closed(`${count(notLed.length, 'partition')} of broker ${id} led by another: ${partitionNames(notLed)}`);
  return serves(
    id,
    own.filter(({ leader }) => leader === id),
    client.node(address),
    signal,
  );
};

/** Of what it is not in sync in: what cannot take writes for that, or has nobody at all. */
const lostOf = async (
  behind: readonly Partition[],
  node: KafkaNode,
  signal: AbortSignal,
): Promise<readonly Partition[]> => {
  if (behind.length === 0) return [];
  const needs = await minInSync(node, [...new Set(behind.map(({ topic }) => topic))], signal);
  return behind.filter(({ topic, leader, isr }) => leader < 0 || isr.length < (needs.get(topic) ?? 0));
};

/** What a client needs of it first: that it answers as the leader, soon. */
const serves = async (
  id: number,
  led: readonly Partition[],
  node: KafkaNode,
  signal: AbortSignal,
): Promise<ProbeAnswer> => {
  const topics = [...Map.groupBy(led.slice(0, asksMax), ({ topic }) => topic)].map(([name, each]) => ({
    name,
    partitions: each.map(({ index }) => index),
  }));
  const beganMs = performance.now();
  const ends = await node.call(listOffsets, { timestamp: OffsetTime.latest, topics }, signal);
  const tookMs = Math.round(performance.now() - beganMs);
  const refused = ends.filter(({ errorCode }) => errorCode !== 0);
  const [first] = refused;
  if (first !== undefined) {
    const what = `broker ${id} does not serve ${count(refused.length, 'partition')} that it leads`;
    return closed(`${what}: ${first.topic}-${first.partition} ${errorName(first.errorCode)}`);
  }
  if (tookMs > servesMs) return closed(`broker ${id} took ${tookMs} ms to say where its partitions end`);
  return open(
    `broker ${id} is in sync everywhere, leads ${count(led.length, 'partition')} and answers for them in ${tookMs} ms`,
  );
};

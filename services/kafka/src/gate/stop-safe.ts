/** Before a running instance is stopped: can the cluster do without it? */
import type { GateAnswer, GateContext, ServiceView } from '@warder/sdk';
import { describeQuorum } from '../client/api/describe-quorum.ts';
import { listPartitionReassignments, type Reassignments } from '../client/api/list-partition-reassignments.ts';
import { metadata } from '../client/api/metadata.ts';
import type { KafkaClient } from '../client/client.ts';
import { errorText } from '../client/error.ts';
import type { Address, KafkaNode } from '../client/node.ts';
import { allAnswers } from '../cluster/answer.ts';
import { awayOf } from '../cluster/away.ts';
import { brokers, controllers, reachable, type Member } from '../cluster/member.ts';
import { controllingNode } from '../cluster/controlling.ts';
import { quorumVerdict, readQuorum, silentOf } from '../cluster/quorum.ts';
import { stopVerdict, type Verdict } from '../cluster/safety.ts';
import { minInSync } from '../cluster/topic-config.ts';
import { readView, type ClusterView } from '../cluster/view.ts';
import { brokersText } from '../cluster/words.ts';
import { failedText } from '../disk/failed.ts';
import { migrationOf, usesZooKeeper } from '../metadata.ts';
import { readConfigs, unlike } from '../migrate/node-config.ts';
import { closed, deferred, eachRole, guarded, open, type Ask } from './guard.ts';

const controllerAnswer = async (
  { service, pending, together }: GateContext,
  member: Member,
  client: KafkaClient,
  signal: AbortSignal,
): Promise<GateAnswer> => {
  const voters = controllers(service);
  const view = await readQuorum(client, voters, signal);
  if (!view.known) return closed(`${view.why}; it waits until the controllers have elected one`);
  const away = new Set([...idsOf(voters, together), ...silentOf(view.quorum, view.answered)]);
  const verdict = quorumVerdict(member.id, view.quorum, away);
  const others = voters.filter((each) => each.id !== member.id && pending.includes(each.instance));
  if (!verdict.safe) {
    const behind = others.some((each) => verdict.missing.includes(each.id));
    return behind ? deferred(verdict.reason) : closed(verdict.reason);
  }
  if (verdict.leads && others.length > 0) {
    const names = others.map((each) => each.instance).join(', ');
    return deferred(`it is the active controller and goes last, after ${names}`);
  }
  return open(verdict.reason);
};

const brokerAnswer = async (
  { service, pending, together }: GateContext,
  member: Member,
  client: KafkaClient,
  signal: AbortSignal,
): Promise<GateAnswer> => {
  const gone = idsOf(brokers(service), together);
  const others = brokers(service).filter((each) => each.id !== member.id && !gone.has(each.id));
  const ping = (each: { readonly address: Address }): Promise<unknown> =>
    client.node(each.address).call(metadata, { topics: [] }, signal);
  const [view, pings] = await Promise.all([
    readView(client, [...others, member], signal),
    allAnswers(reachable(others), ping),
  ]);
  const teller = view.seenBy[0];
  if (teller === undefined) {
    return closed(`no broker answers: ${view.silent.join(', ') || 'none was started'}; it waits until one does`);
  }
  if (!view.seen.has(member.id)) {
    return open(`broker ${member.id} is not in the cluster now: stopping it takes nothing away`);
  }
  const away = awayOf({ broker: member.id, gone, others, view, pings });
  const node = client.node(teller.address);
  const missing = new Set([...gone, ...away.map(({ id }) => id)]);
  const askMoves = (): Promise<Reassignments | undefined> => movesOf(service, client, node, view, signal);
  const verdict = await partitionVerdict(member, view, missing, node, askMoves, signal);
  const besides = together.length === 0 ? '' : ` (with ${together.join(', ')} away)`;
  if (away.length === 0) {
    const later = others.filter((each) => pending.includes(each.instance)).map((each) => each.instance);
    if (verdict.safe && mayControl(service) && view.controller === member.id && later.length > 0)
      return deferred(`it is the active controller and goes last, after ${later.join(', ')}`);
    return verdict.safe
      ? open(`${verdict.reason}${besides}`)
      : closed(`${verdict.reason}${besides}${failedText(view)}`);
  }

  // One at a time. But if one that is away is to be worked on too, it may go first: perhaps that brings it back.
  const how = away.map(({ text }) => text).join(', ');
  const waits = `no other broker stops meanwhile; it waits for ${brokersText(away.map(({ id }) => id))} to be back`;
  const reason = verdict.safe ? `${how}: ${waits}` : `${how}: ${verdict.reason}`;
  return away.some(({ instance }) => pending.includes(instance)) ? deferred(reason) : closed(reason);
};

/** A broker may be the active controller, so what the brokers say of it can be true. */
const mayControl = (service: ServiceView): boolean =>
  usesZooKeeper(service) && !['kraft', 'returning'].includes(migrationOf(service));

const idsOf = (members: readonly Member[], names: readonly string[]): ReadonlySet<number> =>
  new Set(members.filter(({ instance }) => names.includes(instance)).map(({ id }) => id));

/** Undefined: nobody leads. */
const movesOf = async (
  service: ServiceView,
  client: KafkaClient,
  node: KafkaNode,
  view: ClusterView,
  signal: AbortSignal,
): Promise<Reassignments | undefined> => {
  const knowing = usesZooKeeper(service)
    ? controllingNode(service, client, view, node)
    : await leadingNode(node, signal);
  return knowing?.call(listPartitionReassignments, { timeoutMs: 1000 }, signal);
};

/** Any broker passes on what it is asked. */
const leadingNode = async (node: KafkaNode, signal: AbortSignal): Promise<KafkaNode | undefined> => {
  const { errorCode, leader } = await node.call(describeQuorum, null, signal);
  return errorCode === 0 && leader >= 0 ? node : undefined;
};

const partitionVerdict = async (
  member: Member,
  view: ClusterView,
  away: ReadonlySet<number>,
  node: KafkaNode,
  askMoves: () => Promise<Reassignments | undefined>,
  signal: AbortSignal,
): Promise<Verdict> => {
  const partitions = view.partitions
    .filter((each) => each.replicas.includes(member.id))
    .map((each) => ({ ...each, isr: each.isr.filter((id) => !away.has(id)) }));
  const topics = [...new Set(partitions.map((each) => each.topic))];
  const [needs, moves] = await Promise.all([minInSync(node, topics, signal), askMoves()]);
  if (moves === undefined) {
    return {
      safe: false,
      reason: 'no controller leads, so nobody could take over its partitions; it waits for an election',
    };
  }
  if (moves.errorCode !== 0) {
    return {
      safe: false,
      reason: `moves of partitions cannot be read: ${errorText(moves.errorCode, moves.errorMessage)}`,
    };
  }
  return stopVerdict({ broker: member.id, partitions, minInSync: needs, moving: moves.reassignments });
};

/** A controller that the way back to ZooKeeper leaves out. */
const leavingAnswer: Ask = async ({ service }, client, signal) => {
  const wanted = { 'process.roles': null };
  const why = unlike(await readConfigs(client, brokers(service), Object.keys(wanted), signal), wanted);
  return why === undefined
    ? open('every broker is on ZooKeeper, and can do without controllers')
    : closed(`a broker may follow the controllers still: ${why}`);
};

const byRole = eachRole(controllerAnswer, brokerAnswer);

export const stopSafe = guarded((context, client, signal) => {
  const leaves = context.instance.pod === 'controller' && migrationOf(context.service) === 'leaving';
  return (leaves ? leavingAnswer : byRole)(context, client, signal);
});

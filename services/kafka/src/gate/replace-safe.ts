/** Before the volume of an instance is destroyed: is everything that it keeps kept elsewhere too? */
import { hasInstance, type GateAnswer, type GateContext, type ServiceView } from '@warder/sdk';
import type { KafkaClient } from '../client/client.ts';
import { brokers, controllers, type Member } from '../cluster/member.ts';
import { quorumVerdict, readQuorum, silentOf } from '../cluster/quorum.ts';
import { replaceVerdict } from '../cluster/safety.ts';
import { readView, type ClusterView } from '../cluster/view.ts';
import { leftOn, leftText, replicasOf } from '../decommission/emptiness.ts';
import { closed, eachRole, guarded, open } from './guard.ts';

const controllerAnswer = async (
  { service }: GateContext,
  member: Member,
  client: KafkaClient,
  signal: AbortSignal,
): Promise<GateAnswer> => {
  if (!member.launched) return open(`controller ${member.id} was never started: it keeps nothing`);
  const view = await readQuorum(client, controllers(service), signal);
  if (!view.known) return closed(`${view.why}; it waits until the other controllers have elected a leader`);
  if (view.quorum.voters.length === 1) {
    return closed('it is the only controller: the metadata of the whole cluster would be lost');
  }
  const verdict = quorumVerdict(member.id, view.quorum, silentOf(view.quorum, view.answered));
  return verdict.safe ? open(verdict.reason) : closed(verdict.reason);
};

const brokerAnswer = async (
  { service, instance }: GateContext,
  member: Member,
  client: KafkaClient,
  signal: AbortSignal,
): Promise<GateAnswer> => {
  if (!member.launched) return open(`broker ${member.id} was never started: it keeps nothing`);
  const others = brokers(service).filter((each) => each.id !== member.id);
  const view = await readView(client, [...others, member], signal);
  if (view.seenBy.length === 0) {
    return closed(`no broker answers: ${view.silent.join(', ') || 'none was started'}; it waits until one does`);
  }
  const pod = service.spec.pods.find(({ name }) => name === instance.pod);
  if (!hasInstance(pod, instance.index)) return leaving(service, member.id, client, view, signal);
  const partitions = view.partitions.filter((each) => each.replicas.includes(member.id));
  const verdict = replaceVerdict({ broker: member.id, partitions, up: view.up });
  const back = view.up.has(member.id)
    ? ''
    : '; cancel the run that replaces it, and it starts again with what it keeps';
  return verdict.safe ? open(verdict.reason) : closed(`${verdict.reason}${back}`);
};

/** It does not come back: what only it is to have would be lost, and what others have too would have a copy less for ever. */
const leaving = async (
  { name }: ServiceView,
  id: number,
  client: KafkaClient,
  view: ClusterView,
  signal: AbortSignal,
): Promise<GateAnswer> => {
  const left = view.up.has(id)
    ? await leftOn(client, view, id, signal)
    : { replicas: replicasOf(view, id), onDisk: [] };
  const why = leftText(id, left);
  if (why === undefined) return open(`nothing is on broker ${id} any more`);
  const next = `take the change back (warder ${name} plan rollback update), then: warder ${name} broker decommission ${id}`;
  return closed(`${why}; ${next}`);
};

export const replaceSafe = guarded(eachRole(controllerAnswer, brokerAnswer));

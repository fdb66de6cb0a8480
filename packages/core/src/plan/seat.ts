/** Where a pod instance runs: the place it has, resized if need be, or a new one. */
import type { Context } from '../context.ts';
import { place, resize } from '../offer/evaluate.ts';
import type { ConfigRecord } from '../record/config.ts';
import type { InstanceRecord, Reservation } from '../record/instance.ts';
import type { StepRecord } from '../record/step.ts';
import { hasInstance, instancesOf } from '../spec/instance.ts';
import type { Where } from '../spec/plan.ts';
import type { PodSpec } from '../spec/pod.ts';
import { nextId, putInstance } from '../write.ts';
import { owedOf } from './owed.ts';
import { peerPodsOf } from './peer.ts';

type Seat =
  /** `fresh`: the engine has to confirm it; `before`: what it was until it was resized. */
  | { readonly reservation: Reservation; readonly fresh: boolean; readonly before?: Reservation }
  | { readonly reason: string };

/** Its peers must have their places first. */
export function seatOf(
  context: Context,
  step: StepRecord,
  config: ConfigRecord,
  pod: PodSpec,
  instance: InstanceRecord,
): Seat {
  for (const name of peerPodsOf(pod)) {
    const reason = seatPeers(context, step, config, name);
    if (reason !== undefined) return { reason };
  }
  const current = context.state.instances.get(instance.name) ?? instance;
  // Were it used before the answer, a no that comes late would take it from under the tasks.
  if (current.reserving !== undefined) return { reason: `the engine confirms the place of ${current.name}` };
  if (current.releasing !== undefined) return { reason: `the old place of ${current.name} is given back` };
  const held = current.reservation;
  if (held === undefined) {
    const owed = owedOf(context.state, current.name);
    if (owed !== undefined) return { reason: owed };
    const placement = place(
      context,
      current,
      pod,
      reservationId(context, current.name),
      whereOf(context, current.name),
    );
    return 'reason' in placement ? placement : { ...placement, fresh: true };
  }
  const agent = context.state.offers.get(held.agentId);
  if (agent?.state === 'gone') {
    return {
      reason: `${held.hostname} is gone for ever, and the volumes of ${instance.name} with it: replace the pod`,
    };
  }
  if (agent?.state === 'down')
    return {
      reason: `${held.hostname} cannot be reached, and ${instance.name} has its place there: bring it back, or say that it is gone`,
    };
  const resized = resize(context, current, held, pod);
  if ('none' in resized) return { reservation: held, fresh: false };
  return 'reason' in resized ? resized : { ...resized, fresh: true, before: held };
}

/** As the step that has the instance now wants it, whoever gives it its place. What is gone for ever nobody waits for. */
function whereOf({ state }: Context, instance: string): Where | undefined {
  const work = state.steps.get(state.index.owner.get(instance) ?? '')?.work;
  if (work?.kind !== 'launch' || work.where?.on === undefined) return work?.kind === 'launch' ? work.where : undefined;
  const { on } = work.where;
  const named = [...state.offers.values()].filter(({ hostname }) => hostname === on);
  return named.length > 0 && named.every((offer) => offer.state === 'gone') ? undefined : work.where;
}

/** Why the place that it has cannot become what the pod needs now. Takes nothing. */
export function lackOfRoom(context: Context, pod: PodSpec, instance: InstanceRecord): string | undefined {
  const { reservation: held } = instance;
  if (held === undefined) return undefined;
  const { offers } = context.state;
  const before = offers.get(held.agentId);
  const resized = resize(context, instance, held, pod);
  if (before !== undefined) offers.set(held.agentId, before);
  return 'reason' in resized ? resized.reason : undefined;
}

const reservationId = (context: Context, instance: string): string =>
  `${context.state.service?.name}__${instance}__${nextId(context)}`;

/** Why the instances of a pod do not all have a confirmed place yet; those without one are given one. */
function seatPeers(context: Context, step: StepRecord, config: ConfigRecord, podName: string): string | undefined {
  const pod = config.spec.pods.find(({ name }) => name === podName);
  if (pod === undefined) return undefined;
  const target = context.state.configs.get(context.state.service?.targetConfigId ?? '');
  // A place made for who is not wanted any more would be nobody's to give back.
  const wanted = target?.spec.pods.find(({ name }) => name === podName);
  let waiting: string | undefined;
  for (const index of instancesOf(pod).filter((each) => hasInstance(wanted, each))) {
    const name = `${podName}-${index}`;
    const instance: InstanceRecord = context.state.instances.get(name) ?? {
      name,
      pod: podName,
      index,
      configId: config.id,
      liveConfigId: config.id,
    };
    if (instance.reserving !== undefined) waiting ??= `the engine confirms the place of ${name}`;
    if (instance.releasing !== undefined) waiting ??= `the old place of ${name} is given back`;
    if (instance.reservation !== undefined || instance.releasing !== undefined) continue;
    if (instance.backoff !== undefined && instance.backoff.untilMs > context.nowMs) {
      context.state.index.wakes.set(step.id, instance.backoff.untilMs);
      return `the place of ${name} could not be made, and is tried again`;
    }
    const placement = place(context, instance, pod, reservationId(context, name), whereOf(context, name));
    if ('reason' in placement) return `${name}, which must be known first, has no place: ${placement.reason}`;
    const operationId = `${context.state.service?.name}__op-${nextId(context)}`;
    const { lastPorts: _lastPorts, ...rest } = instance;
    putInstance(context, { ...rest, reservation: placement.reservation, reserving: { operationId } });
    context.state.index.operations.set(operationId, { instance: name, taskIds: [] });
    context.actions.push({
      type: 'launch',
      operationId,
      reservation: placement.reservation,
      pod,
      configId: config.id,
      tasks: [],
    });
    waiting ??= `the engine confirms the place of ${name}`;
  }
  return waiting;
}

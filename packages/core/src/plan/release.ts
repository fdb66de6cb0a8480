/** Giving back what a pod instance holds: fenced, for nothing of it may run, and confirmed by the engine. */
import type { Context } from '../context.ts';
import { untake } from '../offer/evaluate.ts';
import type { InstanceRecord } from '../record/instance.ts';
import type { StepRecord } from '../record/step.ts';
import { isEnded } from '../task/state.ts';
import { deleteInstance, deleteTasks, nextId, putInstance, putStep } from '../write.ts';
import { portsOf } from './peer.ts';
import { complete, hold, otherOwner } from './step.ts';

/** A release that the engine could not do is asked for again after this long. */
const RETRY_MS = 5_000;

export function advanceRelease(context: Context, step: StepRecord, instanceName: string): void {
  const busy = otherOwner(context, step, instanceName);
  if (busy !== undefined) {
    hold(context, step, 'PENDING', busy);
    return;
  }
  const instance = context.state.instances.get(instanceName);
  if (instance === undefined) {
    complete(context, step);
    return;
  }
  const alive = [...(context.state.tasks.get(instanceName)?.values() ?? [])].find(({ state }) => !isEnded(state));
  if (alive !== undefined) {
    hold(context, step, 'PREPARED', `${alive.instance}-${alive.name} is still ${alive.state}`);
    return;
  }
  if (instance.reservation === undefined && instance.releasing === undefined) {
    deleteInstance(context, instanceName);
    complete(context, step);
    return;
  }
  giveBack(context, step, instance);
}

export function giveBack(context: Context, step: StepRecord, instance: InstanceRecord): void {
  const { reservation } = instance;
  if (reservation === undefined || instance.releasing !== undefined) return;
  const operationId = `${context.state.service?.name}__op-${nextId(context)}`;
  putInstance(context, { ...instance, releasing: { operationId, sinceMs: context.nowMs } });
  context.state.index.operations.set(operationId, { instance: instance.name, taskIds: [] });
  context.actions.push({ type: 'release', operationId, reservation });
  hold(context, step, 'PREPARED', `${reservation.hostname} destroys its volumes and takes its resources back`);
}

/** The engine's answer. The tasks of the old place are forgotten with it, so that ONCE tasks run again. */
export function onReleased(context: Context, instance: InstanceRecord, ok: boolean, reason: string): void {
  const { index, steps } = context.state;
  const owner = steps.get(index.owner.get(instance.name) ?? '');
  const { reservation, releasing: _releasing, reserving: _reserving, ...rest } = instance;
  if (!ok) {
    putInstance(context, { ...rest, ...(reservation === undefined ? {} : { reservation }) });
    if (owner === undefined) return;
    hold(context, owner, 'PREPARED', `could not give back its place: ${reason}`);
    index.wakes.set(owner.id, context.nowMs + RETRY_MS);
    return;
  }
  deleteTasks(context, instance.name);
  if (reservation !== undefined) untake(context, reservation);
  putInstance(context, { ...rest, lastPorts: portsOf(instance) });
  if (owner === undefined) return;
  if (owner.work.kind === 'launch') putStep(context, { ...owner, released: true });
  context.agenda.add(`step:${owner.id}`);
}

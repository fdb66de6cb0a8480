/** Giving back what a pod instance holds: fenced, for nothing of it may run, and confirmed by the engine. */
import type { Context } from '../context.ts';
import { untake } from '../offer/evaluate.ts';
import type { InstanceRecord } from '../record/instance.ts';
import type { StepRecord } from '../record/step.ts';
import { kill } from '../task/kill.ts';
import { isEnded } from '../task/state.ts';
import { deleteInstance, deleteTasks, nextId, putInstance, putStep } from '../write.ts';
import { subjectOf } from '../index-records.ts';
import { leaveBehind } from './left-behind.ts';
import { portsOf } from './peer.ts';
import { complete, hold, otherOwner, placeOf } from './step.ts';

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
    // A person who has passed over its stop has passed over the gates that held it.
    if (isStopForced(context, step, instanceName)) endAll(context, step, instanceName);
    const away = alive.state === 'UNREACHABLE' ? awayText(context, instance) : undefined;
    hold(context, step, 'PREPARED', away ?? `${alive.instance}-${alive.name} is still ${alive.state}`);
    return;
  }
  if (instance.reservation === undefined && instance.releasing === undefined) {
    deleteInstance(context, instanceName);
    complete(context, step);
    return;
  }
  giveBack(context, step, instance);
}

function isStopForced({ state }: Context, { runId }: StepRecord, instance: string): boolean {
  const steps = state.runs.get(runId)?.phases.flatMap(({ stepIds }) => stepIds.map((id) => state.steps.get(id))) ?? [];
  return steps.some((one) => one?.work.kind === 'stop' && one.work.instance === instance && one.forced !== undefined);
}

function endAll(context: Context, step: StepRecord, instance: string): void {
  for (const task of context.state.tasks.get(instance)?.values() ?? []) kill(context, task, `${step.runId} stops it`);
}

/** What a person can do about an instance that is to end on an agent that cannot be reached. */
export function awayText({ state }: Context, { name, reservation }: InstanceRecord): string {
  const agent = reservation?.hostname ?? 'its agent';
  const alive = [...(state.tasks.get(name)?.values() ?? [])].filter((task) => !isEnded(task.state));
  const volumes = reservation?.sets.flatMap((set) => set.volumes.map(({ path }) => path)) ?? [];
  const left = [
    ...alive.map((task) => `${name}-${task.name}`),
    ...volumes.map((path) => `the volume ${path} of ${name}`),
  ];
  const what = left.length === 0 ? `the resources of ${name}` : left.join(', ');
  return (
    `${agent} cannot be reached, and ${what} ${left.length > 1 ? 'are' : 'is'} there: bring it back, say that it is gone, ` +
    `or force-complete this step, which leaves that behind`
  );
}

export function giveBack(context: Context, step: StepRecord, known: InstanceRecord): void {
  const { reservation } = known;
  if (reservation === undefined || known.releasing !== undefined) return;
  if ((context.state.index.wakes.at(step.id) ?? 0) > context.nowMs) return;
  const agent = context.state.offers.get(reservation.agentId)?.state;
  if (agent === 'down') {
    const text = `${reservation.hostname} cannot be reached: bring it back, or say that it is gone`;
    hold(context, step, 'PREPARED', step.work.kind === 'launch' ? text : awayText(context, known));
    return;
  }
  if (agent === 'gone') leaveBehind(context, step, known);
  // A place that is given up takes the pause with it: who asks for an empty instance wants it to start.
  const { paused: _paused, ...instance } = known;
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
  const { reservation, releasing: _releasing, reserving: _reserving, ...others } = instance;
  // The new place begins anew.
  const { downSinceMs: _downSinceMs, backoff: _backoff, ...rest } = others;
  if (!ok) {
    putInstance(context, { ...others, ...(reservation === undefined ? {} : { reservation }) });
    if (owner === undefined) return;
    hold(context, owner, 'PREPARED', `could not give back its place: ${reason}`);
    index.wakes.set(owner.id, context.nowMs + RETRY_MS);
    return;
  }
  deleteTasks(context, instance.name);
  if (reservation !== undefined) untake(context, reservation);
  putInstance(context, { ...rest, lastPorts: portsOf(instance) });
  // A replace that somebody else has taken the instance from has its place given back all the same.
  for (const id of index.claims.get(instance.name) ?? []) {
    const step = steps.get(id);
    if (step?.work.kind === 'launch' && (step.work.replace || step === owner)) {
      putStep(context, { ...step, released: true });
      doAgain(context, step, instance.name);
    }
    context.agenda.add(`step:${id}`);
  }
}

/** A replace that a person has started again halfway: what it had started in the place before is not in the new one. */
function doAgain(context: Context, step: StepRecord, instance: string): void {
  const { phase } = placeOf(context, step);
  for (const id of phase.stepIds.slice(phase.stepIds.indexOf(step.id) + 1)) {
    const later = context.state.steps.get(id);
    if (later?.status !== 'COMPLETE' || subjectOf(later) !== instance) continue;
    const { launched: _launched, endedMs: _endedMs, forced: _forced, ...rest } = later;
    putStep(context, { ...rest, status: 'PENDING', passed: [] });
  }
}

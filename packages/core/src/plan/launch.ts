/**
 * A launch step: stop what must stop (when the gates say it is safe), find a place, start, wait until ready.
 * Every look at it goes the same way from the top, so that a lost or doubled event does no harm.
 */
import type { Context } from '../context.ts';
import type { ConfigRecord } from '../record/config.ts';
import type { InstanceRecord } from '../record/instance.ts';
import type { RunRecord } from '../record/run.ts';
import type { LaunchWork, StepRecord, StepStatus } from '../record/step.ts';
import type { TaskRecord } from '../record/task.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { TaskSpec } from '../spec/task.ts';
import { isBegun } from '../index-records.ts';
import { lackOfPlace } from '../offer/evaluate.ts';
import { kill, sendKill } from '../task/kill.ts';
import { failedLast } from '../task/failed.ts';
import { isEnded } from '../task/state.ts';
import { nextId, putInstance, putStep, putTask } from '../write.ts';
import { passes } from './gate.ts';
import { isBroken } from './broken.ts';
import { cureOf } from './cure.ts';
import { haltOf, unreachable } from './halt.ts';
import { withDoubt } from './call.ts';
import { isWanted, mustStop, toLaunch } from './want.ts';
import type { Params } from './want.ts';
import { peersOf, portsOf } from './peer.ts';
import { giveBack } from './release.ts';
import { preparedBy } from './prepare.ts';
import { lackOfRoom, seatOf } from './seat.ts';
import { lackOfSecrets } from './secret.ts';
import { complete, hold, otherOwner, placeOf } from './step.ts';
import { leavingBy, takeOver, yieldsTo } from './take-over.ts';
import { isUndone } from './undo.ts';
import { podNameOf, upToDate } from './up-to-date.ts';
import { endOf, watchLaunch } from './watch.ts';

type Job = {
  readonly work: LaunchWork;
  readonly config: ConfigRecord;
  readonly pod: PodSpec;
  readonly instance: InstanceRecord;
};

export function advanceLaunch(context: Context, asked: StepRecord, wanted: LaunchWork): void {
  const { step, work } = upToDate(context, asked, wanted);
  const config = context.state.configs.get(work.configId);
  const pod = config?.spec.pods.find(({ name }) => name === podNameOf(work.instance));
  if (config === undefined || pod === undefined) {
    hold(context, step, 'ERROR', `configuration ${work.configId} with ${work.instance} is not there any more`);
    return;
  }
  const known = context.state.instances.get(work.instance);
  if (known === undefined && !isWanted(context, work.instance)) {
    complete(context, step);
    return;
  }
  const instance = known ?? newInstance(context, work, pod);
  const job = { work, config, pod, instance };
  if (isUndone(context, step, work)) return;
  if (step.launched !== undefined) watchLaunch(context, step, work, pod, step.launched);
  else if (isBegun(step.status)) proceed(context, step, job);
  else if (mayBegin(context, step, job)) {
    takeOver(context, step, instance.name);
    // What is broken already harms nobody by its stop: the gates of others see for themselves that it is away.
    const disrupts =
      pod.gates.stop.length > 0 &&
      mustStop(context, step, work, pod).length > 0 &&
      !isBroken(context, instance.name, pod);
    const begun: StepRecord = {
      ...step,
      ...(disrupts ? { disrupts } : {}),
      status: 'PREPARED',
      passed: [],
      startedMs: context.nowMs,
      reason: { text: 'begun', sinceMs: context.nowMs },
    };
    putStep(context, begun);
    proceed(context, begun, job);
  }
}

function newInstance(context: Context, work: LaunchWork, pod: PodSpec): InstanceRecord {
  const index = Number(work.instance.slice(work.instance.lastIndexOf('-') + 1));
  const instance: InstanceRecord = {
    name: work.instance,
    pod: pod.name,
    index,
    configId: work.configId,
    liveConfigId: work.configId,
  };
  putInstance(context, instance);
  return instance;
}

function busyWith(context: Context, step: StepRecord, work: LaunchWork): string | undefined {
  const { instance } = work;
  const leaving = leavingBy(context, instance, step.runId);
  if (leaving !== undefined) return `${leaving} takes ${instance} down`;
  const first = preparedBy(context, step, work);
  if (first !== undefined) return first;
  return yieldsTo(context, step, instance) ? undefined : otherOwner(context, step, instance);
}

/** Nothing was changed yet: is there anything to do, is nobody else at it, and is it safe? */
function mayBegin(context: Context, step: StepRecord, { work, pod, instance }: Job): boolean {
  const busy = busyWith(context, step, work);
  if (busy !== undefined) {
    hold(context, step, 'PENDING', busy, step.passed.length > 0 ? { passed: [] } : {});
    return false;
  }
  const replacing = work.replace && step.released !== true;
  if (!replacing && !work.restart && toLaunch(context, step, work, pod).length === 0) {
    // What it has launched before another run took its place soaks yet; who has nothing to do has nothing to soak.
    const soaks = step.attempts > 0 && work.soakMs !== undefined;
    if (!soaks && work.tasks.every((name) => isSettled(context, instance.name, name))) {
      complete(context, step);
      return false;
    }
    const owner = otherOwner(context, step, instance.name);
    if (owner !== undefined) {
      hold(context, step, 'PENDING', owner);
      return false;
    }
    const have = context.state.tasks.get(instance.name);
    if (work.tasks.some((name) => have?.get(name)?.state === 'UNREACHABLE')) {
      hold(context, step, 'WAITING', unreachable(instance));
      return false;
    }
    // It runs with the right configuration already, but is not ready yet: watch it as if this step had launched it.
    const launched = Object.fromEntries(work.tasks.map((name) => [name, have?.get(name)?.id ?? '']));
    putStep(context, { ...step, status: 'STARTING', startedMs: context.nowMs, launched });
    context.agenda.add(`step:${step.id}`);
    return false;
  }
  const missing =
    (replacing ? undefined : haltOf(context.state, instance, namesOf(toLaunch(context, step, work, pod)))) ??
    lackOfSecrets(context, pod);
  if (missing !== undefined) {
    hold(context, step, 'WAITING', missing, step.passed.length > 0 ? { passed: [] } : {});
    return false;
  }
  if (replacing && !hasWhere(context, step, 'WAITING', { work, pod, instance })) return false;
  if (work.force) return true;
  const stops = mustStop(context, step, work, pod).length > 0 && !isBroken(context, instance.name, pod);
  // What runs is not stopped for something that could not start.
  const lack = stops && !replacing ? lackOfRoom(context, pod, instance) : undefined;
  if (lack !== undefined) {
    context.state.index.unplaced.add(step.id);
    hold(context, step, 'WAITING', lack, step.passed.length > 0 ? { passed: [] } : {});
    return false;
  }
  if (stops && !passes(context, step, 'stop', pod.gates.stop, instance.name)) return false;
  return !replacing || passes(context, step, 'replace', pod.gates.replace, instance.name);
}

/** Where the new place has to be somewhere, the old one is kept until there is room for it. */
function hasWhere(
  context: Context,
  step: StepRecord,
  status: StepStatus,
  { work, pod, instance }: Pick<Job, 'work' | 'pod' | 'instance'>,
): boolean {
  const { unplaced } = context.state.index;
  const lack = work.where === undefined ? undefined : lackOfPlace(context, instance, pod, work.where);
  if (lack === undefined) {
    unplaced.delete(step.id);
    return true;
  }
  unplaced.add(step.id);
  hold(context, step, status, lack, step.passed.length > 0 ? { passed: [] } : {});
  return false;
}

/**
 * Until all of it has ended, others may have come to need what it keeps, or have taken where it is to be: before that is
 * destroyed it is asked again.
 */
const mayDestroy = (context: Context, step: StepRecord, job: Job): boolean =>
  job.instance.releasing !== undefined ||
  (hasWhere(context, step, 'PREPARED', job) &&
    (job.work.force || passes(context, step, 'replace', job.pod.gates.replace, job.instance.name)));

const namesOf = (tasks: readonly TaskSpec[]): readonly string[] => tasks.map(({ name }) => name);

function isSettled(context: Context, instance: string, name: string): boolean {
  const task = context.state.tasks.get(instance)?.get(name);
  return task !== undefined && (task.state === 'FINISHED' || (task.state === 'RUNNING' && task.ready));
}

function proceed(context: Context, step: StepRecord, job: Job): void {
  const { work, pod, instance } = job;
  const stopping = mustStop(context, step, work, pod);
  if (stopping.length > 0 && !isSureToStop(context, step, pod, stopping)) return;
  for (const task of stopping) kill(context, task, `${step.runId} restarts it`);
  const [first] = stopping;
  if (first !== undefined) {
    const { graceMs = 0 } = context.state.tasks.get(first.instance)?.get(first.name)?.killing ?? {};
    const what =
      first.state === 'UNREACHABLE'
        ? `cannot be reached on ${first.agentId}: it may still run`
        : `stops (within ${graceMs / 1000} s)`;
    hold(context, step, 'PREPARED', `${first.instance}-${first.name} ${what}`);
    return;
  }
  if (work.replace && step.released !== true) {
    if (instance.reservation !== undefined || instance.releasing !== undefined) {
      if (mayDestroy(context, step, job)) giveBack(context, step, instance);
      return;
    }
    context.agenda.add(`step:${step.id}`);
    hold(context, step, 'PREPARED', 'its old place is given back', { released: true });
    return;
  }
  const halt = haltOf(context.state, instance, namesOf(toLaunch(context, step, work, pod)));
  if (halt !== undefined) {
    hold(context, step, 'PREPARED', halt);
    return;
  }
  if (instance.backoff !== undefined && instance.backoff.untilMs > context.nowMs) {
    const { failures, untilMs } = instance.backoff;
    const again = `failed ${failures} times, tries again at ${new Date(untilMs).toISOString()}`;
    const how = [again, ...lastEnds(context, instance.name)].join('; last: ');
    hold(context, step, 'DELAYED', [how, ...cureOf(context, work)].join('; '));
    context.state.index.wakes.set(step.id, untilMs);
    return;
  }
  const tasks = toLaunch(context, step, work, pod);
  if (tasks.length === 0) {
    complete(context, step);
    return;
  }
  const missing = lackOfSecrets(context, pod);
  if (missing === undefined) launch(context, step, job, tasks);
  else hold(context, step, 'PREPARED', missing);
}

const lastEnds = (context: Context, instance: string): readonly string[] =>
  [...(context.state.tasks.get(instance)?.values() ?? [])]
    .filter(({ state }) => isEnded(state) && state !== 'FINISHED')
    .map((task) => `${instance}-${task.name} ${endOf(task)}`);

/**
 * Whether a kill that was decided before a restart of the server (or while its agent was away) has ever reached the
 * task is not known, and what the gate saw then may not be so any more: it is asked again.
 */
function isSureToStop(context: Context, step: StepRecord, pod: PodSpec, stopping: readonly TaskRecord[]): boolean {
  const { unsure } = context.state.index;
  if (!unsure.has(step.id)) return true;
  const [first] = stopping;
  if (first === undefined) return true;
  if (!isBroken(context, first.instance, pod) && !passes(context, step, 'stop', pod.gates.stop, first.instance))
    return false;
  unsure.delete(step.id);
  for (const task of stopping) sendKill(context, task);
  return true;
}

function launch(context: Context, step: StepRecord, job: Job, tasks: readonly TaskSpec[]): void {
  const { index } = context.state;
  const seat = seatOf(context, step, job.config, job.pod, job.instance);
  if ('reason' in seat) {
    index.unplaced.add(step.id);
    hold(context, step, 'PREPARED', seat.reason);
    return;
  }
  index.unplaced.delete(step.id);
  const { reservation, fresh, before } = seat;
  const { config, pod } = job;
  const operationId = `${context.state.service?.name}__op-${nextId(context)}`;
  const instance = context.state.instances.get(job.instance.name) ?? job.instance;
  const { lastPorts: _lastPorts, ...rest } = instance;
  // Its live values are those of before: a procedure may have set them where a restart does not reach.
  const isFirst = (context.state.tasks.get(instance.name)?.size ?? 0) === 0;
  const placed: InstanceRecord = {
    ...rest,
    reservation,
    configId: config.id,
    ...(isFirst ? { liveConfigId: config.id } : { liveDoubtIds: withDoubt(instance, config.id) }),
  };
  putInstance(
    context,
    fresh ? { ...placed, reserving: { operationId, ...(before === undefined ? {} : { before }) } } : placed,
  );
  const launched: Record<string, string> = {};
  const { run } = placeOf(context, step);
  const have = context.state.tasks.get(placed.name);
  const paramsOf = new Map(tasks.map(({ name }) => [name, run.params ?? have?.get(name)?.params]));
  for (const { name } of tasks) launched[name] = newTask(context, run, placed, config, name, paramsOf.get(name));
  index.operations.set(operationId, { instance: placed.name, taskIds: Object.values(launched) });
  putStep(context, {
    ...step,
    status: 'STARTING',
    reason: { text: 'handed to the engine', sinceMs: context.nowMs },
    attempts: step.attempts + 1,
    launched,
    passed: [],
  });
  const peers = peersOf(context.state, pod);
  const ports = portsOf({ reservation });
  context.actions.push({
    type: 'launch',
    operationId,
    reservation,
    pod,
    configId: config.id,
    tasks: tasks.map((spec) => {
      const params = paramsOf.get(spec.name);
      return { taskId: launched[spec.name] ?? '', spec, ports, peers, ...(params === undefined ? {} : { params }) };
    }),
  });
}

function newTask(
  context: Context,
  run: RunRecord,
  instance: InstanceRecord,
  config: ConfigRecord,
  name: string,
  params: Params | undefined,
): string {
  const id = `${context.state.service?.name}__${instance.name}-${name}__${nextId(context)}`;
  const pod = config.spec.pods.find((spec) => spec.name === instance.pod);
  const goal = pod?.tasks.find((spec) => spec.name === name)?.goal ?? 'RUNNING';
  const failed = failedLast(context.state.tasks.get(instance.name)?.get(name), goal);
  putTask(context, {
    id,
    name,
    instance: instance.name,
    agentId: instance.reservation?.agentId ?? '',
    configId: config.id,
    runId: run.id,
    ...(params === undefined ? {} : { params }),
    ...(failed === undefined ? {} : { failed }),
    state: 'LAUNCHING',
    ready: false,
    launchedMs: context.nowMs,
    stateMs: context.nowMs,
  });
  return id;
}

/** Bringing back, in place and with its own configuration, what should run and does not. */
import type { Context } from '../context.ts';
import { isBegun } from '../index-records.ts';
import type { StepRecord } from '../record/step.ts';
import type { TaskRecord } from '../record/task.ts';
import { forgetKills } from '../task/kill.ts';
import { isEnded } from '../task/state.ts';
import { putStep } from '../write.ts';
import { trackDown } from './down.ts';
import { draftInstance, launchName, plainly } from './draft.ts';
import { isPaused } from './halt.ts';
import { wantedTasks } from './recipe.ts';
import type { Subject } from './replace.ts';
import { isBeingReplaced, replaceByPolicy, replaceLost } from './replacement.ts';
import { startRun } from './run.ts';
import type { PhaseDraft } from './run.ts';
import { leavingBy } from './take-over.ts';
import { endOf } from './watch.ts';

export function recover(context: Context, name: string): void {
  const { state } = context;
  const known = state.instances.get(name);
  if (known === undefined || state.service === undefined) return;
  const owner = state.steps.get(state.index.owner.get(name) ?? '');
  if (state.service.uninstalling) {
    if (owner !== undefined) context.agenda.add(`step:${owner.id}`);
    return;
  }
  const config = state.configs.get(known.configId);
  const pod = config?.spec.pods.find((other) => other.name === known.pod);
  if (config === undefined || pod === undefined) return;
  if (owner === undefined) forgetKills(context, name);
  const subject = { instance: trackDown(context, known, pod), config, pod };
  replaceLost(context, subject);
  replaceByPolicy(context, subject);
  const lack = lackOf(context, subject);
  if (owner !== undefined) {
    adopt(context, owner, subject, lack);
    context.agenda.add(`step:${owner.id}`);
    return;
  }
  if (lack.tasks.length === 0 || leavingBy(context, name) !== undefined || isBeingReplaced(context, name)) return;
  const waiting = waitingStep(context, name);
  if (waiting === undefined) begin(context, subject, lack);
  else {
    widen(context, waiting, subject, lack);
    context.agenda.add(`step:${waiting.id}`);
  }
}

/** What should run and does not. */
type Lack = {
  /** Those that have ended, and those that cannot be reached. */
  readonly down: readonly TaskRecord[];
  /** Names of the tasks to bring back: with an essential one the whole instance. */
  readonly tasks: readonly string[];
  /** Some of them still run, and are to be started anew. */
  readonly restart: boolean;
};

function lackOf({ state }: Context, { instance, config, pod }: Subject): Lack {
  const have = state.tasks.get(instance.name);
  const ours = pod.tasks.filter(({ name, goal }) => goal === 'RUNNING' && have?.has(name) && !isPaused(instance, name));
  const away = ours.filter(({ name }) => have?.get(name)?.state === 'UNREACHABLE');
  const ended = ours.filter(({ name }) => isEnded(have?.get(name)?.state ?? 'LAUNCHING'));
  if (ended.length + away.length === 0) return { down: [], tasks: [], restart: false };
  const wanted = wantedTasks(config.spec, pod, instance.index);
  const missing = [...ended, ...away].filter(({ name }) => wanted.has(name));
  // What cannot be reached may still run: it is waited for before anything is started anew. What was stopped on
  // purpose has not failed.
  const failed = (name: string): boolean => have?.get(name)?.killing === undefined;
  const whole = away.length === 0 && missing.some(({ name, essential }) => essential && failed(name));
  const tasks = (whole ? ours : missing).map(({ name }) => name).filter((name) => wanted.has(name));
  const down = missing.flatMap(({ name }) => have?.get(name) ?? []);
  return { down, tasks, restart: whole && tasks.length > missing.length };
}

function begin(context: Context, subject: Subject, lack: Lack): void {
  const { instance, config, pod } = subject;
  const { name, index } = instance;
  const ends = lack.down.map((task) => `${name}-${task.name} ${howItEnded(task)}`);
  const cause = { by: 'warder', text: ends.join('; '), diff: [] };
  const manner = { ...plainly, restart: lack.restart };
  const usual = (tasks: readonly string[]): PhaseDraft => ({
    name,
    strategy: 'serial',
    steps: [
      {
        name: launchName(name, tasks),
        diff: [],
        work: { kind: 'launch', instance: name, tasks, configId: config.id, ...inPlace, restart: lack.restart },
      },
    ],
  });
  const draft = draftInstance(config, { plan: 'recovery', pod: pod.name, index, cause }, manner, [usual(lack.tasks)]);
  const launched = new Set(
    draft.phases.flatMap(({ steps }) => steps.flatMap(({ work }) => (work.kind === 'launch' ? work.tasks : []))),
  );
  // A recipe need not name every task; what it leaves out is brought back after it.
  const rest = lack.tasks.filter((task) => !launched.has(task));
  startRun(context, rest.length === 0 ? draft : { ...draft, phases: [...draft.phases, usual(rest)] });
}

const inPlace = { replace: false, force: false } as const;

function howItEnded(task: TaskRecord): string {
  if (task.state === 'UNREACHABLE') return `cannot be reached on ${task.agentId}`;
  return task.killing === undefined ? endOf(task) : `was stopped: ${task.killing.why}`;
}

/** The step of a recovery, or of a resume, that has not begun. */
function waitingStep({ state }: Context, name: string): StepRecord | undefined {
  for (const stepId of state.index.claims.get(name) ?? []) {
    const step = state.steps.get(stepId);
    const plan = state.runs.get(step?.runId ?? '')?.plan;
    if (step?.work.kind === 'launch' && (plan === 'recovery' || plan === 'resume')) return step;
  }
  return undefined;
}

/** More has ended while it waited. */
function widen(context: Context, step: StepRecord, { instance }: Subject, lack: Lack): void {
  const { state } = context;
  const { work } = step;
  if (work.kind !== 'launch' || isBegun(step.status) || state.runs.get(step.runId)?.plan !== 'recovery') return;
  const tasks = [...new Set([...work.tasks, ...lack.tasks])];
  const restart = work.restart || lack.restart;
  if (tasks.length === work.tasks.length && restart === work.restart) return;
  putStep(context, { ...step, name: launchName(instance.name, tasks), work: { ...work, tasks, restart } });
}

/** A step that watches some tasks of an instance brings the others of it back too: it may wait for what they do. */
function adopt(context: Context, step: StepRecord, { instance, pod }: Subject, lack: Lack): void {
  const { work, launched } = step;
  if (work.kind !== 'launch' || launched === undefined) return;
  const sets = new Set(pod.tasks.flatMap(({ name, resourceSet }) => (work.tasks.includes(name) ? [resourceSet] : [])));
  const specOf = (task: TaskRecord) => pod.tasks.find(({ name }) => name === task.name);
  // What it has stopped itself, to use its resources, is not for it to bring back.
  const more = lack.down.filter(
    (task) => isEnded(task.state) && !sets.has(specOf(task)?.resourceSet ?? '') && task.killing === undefined,
  );
  if (more.length === 0) return;
  // The failure of an essential task is that of the instance.
  const whole = more.some((task) => specOf(task)?.essential) && context.state.runs.get(step.runId)?.plan === 'recovery';
  const names = (whole ? lack.tasks : more.map(({ name }) => name)).filter((name) => !work.tasks.includes(name));
  const { launched: _launched, ...rest } = step;
  context.state.index.asked.delete(step.id);
  putStep(context, {
    ...rest,
    status: 'PREPARED',
    work: { ...work, tasks: [...work.tasks, ...names], restart: whole },
    passed: [],
    reason: { text: `${more.map(({ name }) => name).join(', ')} of ${instance.name} ended`, sinceMs: context.nowMs },
  });
}

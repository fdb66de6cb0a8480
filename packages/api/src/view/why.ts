/** Everything that waits, in words: what, why, since when, and the command that would unblock it. Pure. */
import { isEnded } from '@warder/core';
import type { RunPhase, RunRecord, State, StepRecord, TaskRecord } from '@warder/core';
import { z } from 'zod';
import { agentAway, awayInstances, nextOfAway } from './away.ts';
import { viewCanary } from './canary.ts';
import { etaView, viewEta } from './eta.ts';
import { heldInstances, heldRun } from './held.ts';
import { stepsIn } from './step.ts';
import { fullName, taskEnd } from './task.ts';
import { unplacedReason } from './unplaced.ts';

export const waiting = z
  .object({
    what: z.string().describe('`update / broker / broker-1:[server]`'),
    reason: z.string(),
    sinceMs: z.number().optional(),
    next: z.string().optional().describe('What would unblock it'),
    eta: etaView.optional().describe('How long its run will take from when it goes on'),
  })
  .meta({ id: 'Waiting' });

export type Waiting = z.infer<typeof waiting>;

/** The command line for a service: `warder kafka plan resume update`. */
export type Command = (...words: readonly string[]) => string;

type Asked = { readonly service: string; readonly nowMs: number; readonly trouble?: string | undefined };

/**
 * What holds up everything first, then what a person holds, steps in the order of their runs, what could not be taken
 * away, then instances that a person paused or that wait out a backoff.
 */
export function viewWhy(state: State, { service, nowMs, trouble }: Asked): Waiting[] {
  const command: Command = (...words) => ['warder', ...[service, ...words].map(quote)].join(' ');
  const active = [...state.runs.values()].filter((run) => run.ended === undefined);
  const held = { what: service, reason: trouble ?? '', next: 'see the log: warder server logs' };
  return [
    ...(trouble === undefined ? [] : [held]),
    ...active.flatMap((run) => withEta(heldRun(run, command), state, run, nowMs)),
    ...active.flatMap((run) => {
      const open = run.ending === undefined ? run.phases : run.phases.filter(({ cleanup }) => cleanup === true);
      const waits = open.flatMap((phase) => steps(state, run, phase, command));
      return withEta(waits, state, run, nowMs);
    }),
    ...active.flatMap(leftBehind),
    ...heldInstances(state, command),
    ...awayInstances(state),
    ...backoffs(state, nowMs, command),
  ];
}

function withEta(waits: readonly Waiting[], state: State, run: RunRecord, nowMs: number): Waiting[] {
  if (waits.length === 0) return [];
  const eta = viewEta(state, run, nowMs);
  return waits.map((wait) => (eta === undefined ? wait : { ...wait, eta }));
}

const leftBehind = (run: RunRecord): Waiting[] =>
  (run.leftBehind ?? []).map((what) => ({ what: `${run.plan} (${run.id})`, reason: `left behind: ${what}` }));

function steps(state: State, run: RunRecord, phase: RunPhase, command: Command): Waiting[] {
  return stepsIn(state.steps)(phase.stepIds)
    .filter((step) => step.status !== 'COMPLETE')
    .flatMap((step) => {
      const unplaced = state.index.unplaced.has(step.id) ? unplacedReason(state, step) : undefined;
      const reason = unplaced ?? reasonOf(state, step);
      if (reason === undefined) return [];
      const next = nextOf(state, run, phase, step, unplaced !== undefined, command);
      return [
        {
          what: `${run.plan} / ${phase.name} / ${step.name}`,
          reason,
          sinceMs: step.reason?.sinceMs ?? step.startedMs ?? run.createdMs,
          ...(next === undefined ? {} : { next }),
        },
      ];
    });
}

/** What it waits for; of one that failed before, also how. */
function reasonOf(state: State, { status, reason, work }: StepRecord): string | undefined {
  const failed = status === 'DELAYED' && work.kind === 'launch' ? lastFailed(state, work.instance) : undefined;
  if (reason === undefined || failed === undefined) return reason?.text;
  return `${reason.text}; the last try: ${taskEnd(failed)}`;
}

function nextOf(
  state: State,
  run: RunRecord,
  phase: RunPhase,
  step: StepRecord,
  unplaced: boolean,
  command: Command,
): string | undefined {
  const part = [run.plan, phase.name, step.name];
  const force = `heal what it waits for; or take the risk: ${command('plan', 'force-complete', ...part)}`;
  if (run.ending !== undefined)
    return `heal what it waits for; or leave it undone: ${command('plan', 'cancel', run.id)}`;
  const agentId = 'instance' in step.work ? agentAway(state, step.work.instance ?? '') : undefined;
  if (agentId !== undefined) return nextOfAway(agentId);
  if (unplaced) return `${command('debug', 'offers')} shows each agent; add room, or change the options`;
  switch (step.status) {
    case 'ERROR':
      return command('plan', 'restart', ...part);
    case 'WAITING':
      if (viewCanary(state, run, phase)?.waits === true) return command('plan', 'resume', run.plan, phase.name);
      if (step.work.kind === 'approve') return command('plan', 'approve', ...part);
      return nextOfDrained(state, step, command) ?? force;
    case 'STARTED':
    case 'DELAYED': {
      const task = logsOf(state, step);
      return task === undefined ? undefined : `see ${command('task', 'logs', task)}`;
    }
    case 'PENDING':
    case 'PREPARED':
    case 'STARTING':
    case 'COMPLETE':
      return undefined;
  }
}

/** Its agent is looked after, and what ran there waits for it. */
function nextOfDrained(state: State, { work }: StepRecord, command: Command): string | undefined {
  const instance = state.instances.get('instance' in work ? (work.instance ?? '') : '');
  const agentId = instance?.reservation?.agentId ?? '';
  if (instance === undefined || state.offers.get(agentId)?.maintenance !== 'drained') return undefined;
  const elsewhere = command('pod', 'replace', instance.name);
  return `give the agent back: warder agent uncordon ${agentId}; or start it elsewhere, empty: ${elsewhere}`;
}

/** The first task of the step that is not well. */
function logsOf(state: State, { work }: StepRecord): string | undefined {
  if (work.kind !== 'launch') return undefined;
  const tasks = work.tasks
    .map((name) => state.tasks.get(work.instance)?.get(name))
    .filter((task) => task !== undefined);
  const ill = tasks.find((task) => task.state !== 'RUNNING' || !task.ready) ?? tasks[0];
  return ill === undefined ? undefined : fullName(ill);
}

/** Those that no step speaks of. */
function backoffs(state: State, nowMs: number, command: Command): Waiting[] {
  return [...state.instances.values()].flatMap(({ name, backoff }) => {
    const isOwned = state.index.owner.has(name);
    if (backoff === undefined || backoff.untilMs <= nowMs || isOwned) return [];
    const task = lastFailed(state, name);
    const seconds = Math.ceil((backoff.untilMs - nowMs) / 1000);
    const failures = `failed ${backoff.failures} times in a row; the next try is in ${seconds} s`;
    return [
      {
        what: name,
        reason: task === undefined ? failures : `${failures}; the last try: ${taskEnd(task)}`,
        sinceMs: backoff.lastFailureMs,
        next: task === undefined ? command('pod', 'restart', name) : `see ${command('task', 'logs', fullName(task))}`,
      },
    ];
  });
}

/** The task of an instance that ended last. */
function lastFailed(state: State, instance: string): TaskRecord | undefined {
  const ended = [...(state.tasks.get(instance)?.values() ?? [])].filter((task) => isEnded(task.state));
  return ended.toSorted((a, b) => a.stateMs - b.stateMs).at(-1);
}

/** So that the line can be copied into a shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

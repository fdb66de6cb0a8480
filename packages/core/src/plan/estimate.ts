/** How long a run will take, from how long the steps before it took. Pure. */
import type { StepRecord, Work } from '../record/step.ts';
import type { Strategy } from '../spec/plan.ts';
import type { State } from '../state.ts';

export type Estimate = {
  /** Milliseconds until the last step is complete. A person who is waited for takes no time in it. */
  readonly ms: number;
  /** How many steps that are still to be done were estimated by earlier ones of the same name. */
  readonly byName: number;
  /** And how many by earlier ones that do the same to the same pod. */
  readonly byKind: number;
  /** Nothing like them was ever done: they are not in the time, but for what they soak. */
  readonly unknown: number;
};

/** A run, or the draft of one. */
export type Timed = {
  readonly strategy: Strategy;
  readonly phases: readonly TimedPhase[];
};

export type TimedPhase = {
  readonly name: string;
  readonly strategy: Strategy;
  readonly after?: readonly string[];
  readonly steps: readonly TimedStep[];
};

/** Without a status it is still to be done. */
export type TimedStep = { readonly name: string; readonly work: Work } & Partial<
  Pick<StepRecord, 'status' | 'startedMs' | 'soakingMs'>
>;

/** How long steps took, the newest first. */
export type History = {
  readonly byName: ReadonlyMap<string, readonly number[]>;
  readonly byKind: ReadonlyMap<string, readonly number[]>;
};

/** Enough to know, and the same cost however much is kept. */
const STEPS_MAX = 20_000;
const SAMPLES_MAX = 21;

/** Of the steps that are kept; what was forced, or waited for a person, tells nothing. */
export function historyOf(state: State): History {
  const byName = new Map<string, number[]>();
  const byKind = new Map<string, number[]>();
  const ids = [...state.runs.values()].toReversed().flatMap((run) => run.phases.flatMap(({ stepIds }) => stepIds));
  for (const id of ids.slice(0, STEPS_MAX)) {
    const step = state.steps.get(id);
    const ms = step === undefined ? undefined : tookOf(step);
    if (step === undefined || ms === undefined) continue;
    add(byName, nameOf(step), ms);
    add(byKind, kindOf(step.work), ms);
  }
  return { byName, byKind };
}

/** Serial children one after the other, parallel ones at once. Undefined: nothing is known of any step. */
export function estimate(history: History, run: Timed, nowMs: number): Estimate | undefined {
  const open = run.phases.flatMap(({ steps }) => steps.filter(({ status }) => status !== 'COMPLETE'));
  const counts = { name: 0, kind: 0, person: 0, nothing: 0 };
  for (const step of open) counts[expect(history, step).by] += 1;
  const { name: byName, kind: byKind, nothing: unknown } = counts;
  if (unknown > 0 && byName + byKind === 0) return undefined;
  return { ms: runMs(history, run, nowMs), byName, byKind, unknown };
}

function runMs(history: History, { strategy, phases }: Timed, nowMs: number): number {
  const times = new Map(phases.map((phase) => [phase, phaseMs(history, phase, nowMs)]));
  if (strategy !== 'dependency') return combine(strategy, [...times.values()]);
  const ends = new Map<TimedPhase, number>();
  const endOf = (phase: TimedPhase): number => {
    const known = ends.get(phase);
    if (known !== undefined) return known;
    // Also what ends a circle, which no recipe has.
    ends.set(phase, 0);
    const before = phases.filter(({ name }) => phase.after?.includes(name) === true);
    const end = (times.get(phase) ?? 0) + longest(before.map(endOf));
    ends.set(phase, end);
    return end;
  };
  return longest(phases.map(endOf));
}

/** The steps of one instance come one after the other, whatever the strategy. */
function phaseMs(history: History, { strategy, steps }: TimedPhase, nowMs: number): number {
  const bySubject = Map.groupBy(steps, (step) => ('instance' in step.work ? step.work.instance : undefined) ?? step);
  const timeOf = (step: TimedStep): number => remainingMs(step, expect(history, step).ms, nowMs);
  return combine(
    strategy,
    [...bySubject.values()].map((group) => sum(group.map(timeOf))),
  );
}

function combine(strategy: Strategy, times: readonly number[]): number {
  switch (strategy) {
    case 'serial':
    case 'serial-canary':
      return sum(times);
    case 'parallel-canary':
      // The canary alone, then the others together.
      return (times[0] ?? 0) + longest(times.slice(1));
    case 'parallel':
    case 'dependency':
      return longest(times);
    default:
      return strategy satisfies never;
  }
}

/** Of an even number the lower one of the two in the middle: a time that really was. */
function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) / 2)] ?? 0;
}

const sum = (times: readonly number[]): number => times.reduce((total, ms) => total + ms, 0);
const longest = (times: readonly number[]): number => times.reduce((most, ms) => Math.max(most, ms), 0);

function remainingMs(step: TimedStep, expectedMs: number, nowMs: number): number {
  if (step.status === 'COMPLETE') return 0;
  const soakLeftMs = soakOf(step.work) - (step.soakingMs === undefined ? 0 : nowMs - step.soakingMs);
  const leftMs = expectedMs - (step.startedMs === undefined ? 0 : nowMs - step.startedMs);
  return Math.max(0, leftMs, soakLeftMs);
}

type Expected = { readonly ms: number; readonly by: 'name' | 'kind' | 'person' | 'nothing' };

function expect(history: History, step: TimedStep): Expected {
  if (step.work.kind === 'approve') return { ms: 0, by: 'person' };
  const named = history.byName.get(nameOf(step));
  if (named !== undefined) return { ms: median(named), by: 'name' };
  const alike = history.byKind.get(kindOf(step.work));
  if (alike !== undefined) return { ms: median(alike), by: 'kind' };
  return { ms: soakOf(step.work), by: 'nothing' };
}

function tookOf({ status, startedMs, endedMs, forced, attempts, work }: StepRecord): number | undefined {
  if (status !== 'COMPLETE' || forced !== undefined || work.kind === 'approve') return undefined;
  // It found everything as it is to be.
  if (work.kind === 'launch' && attempts === 0) return undefined;
  return startedMs === undefined || endedMs === undefined ? undefined : Math.max(0, endedMs - startedMs);
}

const soakOf = (work: Work): number => ('soakMs' in work ? (work.soakMs ?? 0) : 0);

/** A step that starts empty is another one than the restart of the same name. */
const nameOf = ({ name, work }: Pick<TimedStep, 'name' | 'work'>): string => `${effectOf(work)} ${name}`;

function kindOf(work: Work): string {
  const pod = 'instance' in work && work.instance !== undefined ? podOf(work.instance) : '';
  switch (work.kind) {
    case 'call':
      return `${effectOf(work)} ${pod} ${work.procedure}`;
    case 'wait':
      return `${effectOf(work)} ${pod} ${work.probe}`;
    case 'launch':
    case 'stop':
    case 'release':
    case 'approve':
    case 'configure':
      return `${effectOf(work)} ${pod}`;
    default:
      return work satisfies never;
  }
}

const effectOf = (work: Work): string => (work.kind === 'launch' && work.replace ? 'replace' : work.kind);

const podOf = (instance: string): string => instance.slice(0, Math.max(0, instance.lastIndexOf('-')));

function add(times: Map<string, number[]>, key: string, ms: number): void {
  const known = times.get(key);
  if (known === undefined) times.set(key, [ms]);
  else if (known.length < SAMPLES_MAX) known.push(ms);
}

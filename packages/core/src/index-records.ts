/** How each record shows in the index. */
import { countPlace } from './offer/tally.ts';
import type { InstanceRecord } from './record/instance.ts';
import type { RunRecord } from './record/run.ts';
import type { StepRecord, StepStatus } from './record/step.ts';
import type { TaskRecord } from './record/task.ts';
import type { State } from './state.ts';

/** `run-12.0`, as in the ids of its steps, of the phase at that place. */
export const phaseKey = (run: RunRecord, at: number): string => `${run.id}.${run.phases[at]?.number ?? at}`;

/** The place in its run of the phase that a step is in; -1 where it is in none. */
export function phaseAt(run: RunRecord, stepId: string): number {
  const number = Number(stepId.slice(stepId.indexOf('.') + 1, stepId.lastIndexOf('.')));
  const there = run.phases[number];
  if (there !== undefined && (there.number ?? number) === number) return number;
  return run.phases.findIndex((phase) => phase.number === number);
}

/** Nothing more is done for it: its run has ended, or is given up and it is none of what cleans up. */
export const isDropped = (run: RunRecord | undefined, stepId: string): boolean =>
  run !== undefined &&
  (run.ended !== undefined || (run.ending !== undefined && run.phases[phaseAt(run, stepId)]?.cleanup !== true));

/** `run-12.0` of `run-12.0.3`. */
const phaseKeyOf = (stepId: string): string => stepId.slice(0, stepId.lastIndexOf('.'));

/** The step has changed something, or is about to: its instance is its own until it is done. */
export const isBegun = (status: StepStatus): boolean =>
  status === 'PREPARED' || status === 'STARTING' || status === 'STARTED' || status === 'DELAYED' || status === 'ERROR';

export function indexTask(state: State, before: TaskRecord | undefined, after: TaskRecord | undefined): void {
  if (before !== undefined && before.id !== after?.id) state.index.taskById.delete(before.id);
  if (after !== undefined) state.index.taskById.set(after.id, { instance: after.instance, name: after.name });
}

export function indexInstance(
  state: State,
  before: InstanceRecord | undefined,
  after: InstanceRecord | undefined,
): void {
  countPlace(state, before, after);
}

export function indexRun(state: State, run: RunRecord): void {
  const { index } = state;
  if (run.ended === undefined) {
    index.activeRuns.add(run.id);
    if (run.ending === undefined) return;
  } else if (!index.activeRuns.delete(run.id)) return;
  for (const phase of run.phases) {
    for (const stepId of phase.stepIds) {
      const step = state.steps.get(stepId);
      if (step === undefined || !isDropped(run, stepId)) continue;
      letGo(state, step);
      // The cleanup waits for a call that is under way; what else was asked is of no interest any more.
      if (run.ended !== undefined || step.work.kind !== 'call') index.asked.delete(stepId);
    }
  }
}

export function indexStep(state: State, before: StepRecord | undefined, after: StepRecord): void {
  const { index } = state;
  const key = phaseKeyOf(after.id);
  const progress = index.progress.get(key) ?? { remaining: 0, cursor: 0, begun: new Set<string>() };
  index.progress.set(key, progress);
  if (before === undefined || before.status === 'COMPLETE') {
    if (after.status !== 'COMPLETE') {
      progress.remaining += 1;
      progress.cursor = 0;
    }
  } else if (after.status === 'COMPLETE') progress.remaining -= 1;
  if (isBegun(after.status)) progress.begun.add(after.id);
  else progress.begun.delete(after.id);

  const instance = instanceOf(after);
  if (after.status === 'COMPLETE' || isDropped(state.runs.get(after.runId), after.id)) {
    letGo(state, after);
    index.asked.delete(after.id);
  } else if (instance !== undefined) {
    const claims = index.claims.get(instance) ?? new Set();
    index.claims.set(instance, claims.add(after.id));
    if (isBegun(after.status)) {
      index.owner.set(instance, after.id);
      if (after.disrupts === true) index.disrupting.add(after.id);
    } else if (index.owner.get(instance) === after.id) index.owner.delete(instance);
  }
}

/** The step wants nothing any more. */
function letGo(state: State, step: StepRecord): void {
  const { index } = state;
  const instance = instanceOf(step);
  index.unplaced.delete(step.id);
  index.wakes.delete(step.id);
  index.disrupting.delete(step.id);
  index.unsure.delete(step.id);
  index.overtaken.delete(step.id);
  if (instance === undefined) return;
  const claims = index.claims.get(instance);
  claims?.delete(step.id);
  if (claims?.size === 0) index.claims.delete(instance);
  if (index.owner.get(instance) === step.id) index.owner.delete(instance);
}

/** The instance that a step takes for itself; what only asks or calls works beside whatever runs. */
export function instanceOf({ work }: StepRecord): string | undefined {
  switch (work.kind) {
    case 'launch':
    case 'stop':
    case 'release':
      return work.instance;
    case 'call':
    case 'wait':
    case 'approve':
    case 'configure':
      return undefined;
    default:
      return work satisfies never;
  }
}

/** The instance that a step is about: the steps about one instance come one after the other. */
export const subjectOf = ({ work }: StepRecord): string | undefined => work.instance;

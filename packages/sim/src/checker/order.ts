import type { RunPhase, RunRecord, StepRecord } from '@warder/core';
import type { Ledger } from '../ledger.ts';
import { isBegun } from '../truth.ts';
import type { Checker, Truth, Violate } from '../truth.ts';

/** A step begins only when what it depends on is done, one at a time where the plan is serial, and never in a paused run. */
export function order({ ledger }: Truth, violate: Violate): Checker {
  let begins: { readonly id: string; readonly paused: boolean }[] = [];
  return {
    name: 'plans keep their order, paused ones begin nothing',
    launching: ({ reservation: { instance }, tasks }) => {
      for (const { taskId, name } of tasks) {
        const run = ledger.run(ledger.task(instance, name.slice(instance.length + 1))?.runId ?? '');
        const step = run && ledger.steps(run).find(({ launched = {} }) => Object.values(launched).includes(taskId));
        const first = step && preparing(ledger, instance, step);
        if (first !== undefined)
          violate(`${taskId} is launched before ${first.id} has prepared the new place of ${instance}`);
      }
    },
    committing: (written) => {
      begins = [];
      for (const { kind, id, before, after } of written) {
        if (kind !== 'step' || after === undefined) continue;
        if (isActive(after) && (before === undefined || !isActive(before))) {
          begins.push({ id, paused: isPaused(ledger, id) });
        }
      }
    },
    committed: () => {
      for (const { id, paused } of begins) {
        // A request in the same commit may have resumed it.
        if (paused && isPaused(ledger, id)) violate(`${id} begins, but its run is paused`);
        const step = ledger.step(id);
        const run = ledger.run(step?.runId ?? '');
        if (step === undefined || run === undefined || run.ended !== undefined) continue;
        checkPhases(ledger, run, step, violate);
        checkSteps(ledger, run, step, violate);
      }
    },
  };
}

/** The step of another run that replaces the instance, and has not started in the new place what comes before this. */
function preparing(ledger: Ledger, instance: string, { runId, work }: StepRecord): StepRecord | undefined {
  const tasks = work.kind === 'launch' ? work.tasks : [];
  for (const run of ledger.runs()) {
    // One that is given up prepares nothing any more: what it had done stays.
    if (run.ended !== undefined || run.ending !== undefined || run.id === runId) continue;
    for (const step of ledger.steps(run)) {
      if (step.work.kind !== 'launch' || step.work.instance !== instance || !step.work.replace) continue;
      const waits = step.released === true && step.status !== 'COMPLETE';
      if (waits && !step.work.tasks.some((task) => tasks.includes(task))) return step;
    }
  }
  return undefined;
}

/** A wait and an approval have begun when they ask. */
const isActive = ({ status, work }: StepRecord): boolean =>
  isBegun(status) || (status === 'WAITING' && (work.kind === 'wait' || work.kind === 'approve'));

function isPaused(ledger: Ledger, stepId: string): boolean {
  const run = ledger.run(stepId.slice(0, stepId.indexOf('.')));
  return run?.paused !== undefined || run?.phases[phaseAt(run, stepId)]?.paused !== undefined;
}

const phaseAt = (run: RunRecord, stepId: string): number =>
  run.phases.findIndex(({ stepIds }) => stepIds.includes(stepId));

const stepsOf = (ledger: Ledger, phase: RunPhase | undefined): readonly StepRecord[] =>
  (phase?.stepIds ?? []).flatMap((id) => ledger.step(id) ?? []);

/** What comes before its phase is complete, and nothing that comes after it is at work. */
function checkPhases(ledger: Ledger, run: RunRecord, step: StepRecord, violate: Violate): void {
  const mine = phaseAt(run, step.id);
  for (const [at, phase] of run.phases.entries()) {
    // Of a run that is given up only what cleans up counts.
    if (at === mine || (run.ending !== undefined && phase.cleanup !== true)) continue;
    const comesBefore = isBefore(run, at, mine);
    const comesAfter = isBefore(run, mine, at);
    const wrong = stepsOf(ledger, phase).find(
      (other) => (comesBefore && other.status !== 'COMPLETE') || (comesAfter && isBegun(other.status)),
    );
    if (wrong !== undefined) violate(`${step.id} begins while ${wrong.id} of another phase is ${wrong.status}`);
  }
}

function isBefore(run: RunRecord, first: number, second: number): boolean {
  if (run.strategy === 'parallel') return false;
  if (run.strategy === 'serial') return first < second;
  const name = run.phases[first]?.name;
  const seen = new Set<string>();
  const open = [...(run.phases[second]?.after ?? [])];
  for (let other = open.pop(); other !== undefined; other = open.pop()) {
    if (other === name) return true;
    if (seen.has(other)) continue;
    seen.add(other);
    open.push(...(run.phases.find((phase) => phase.name === other)?.after ?? []));
  }
  return false;
}

function checkSteps(ledger: Ledger, run: RunRecord, step: StepRecord, violate: Violate): void {
  const phase = run.phases[phaseAt(run, step.id)];
  const steps = stepsOf(ledger, phase);
  const isSerial = phase?.strategy === 'serial' || phase?.strategy === 'serial-canary';
  // As long as it has only its canary, that is whichever instance was begun with.
  const inLine = isSerial && (phase?.strategy === 'serial' || (phase?.resumed?.times ?? 0) > 1);
  /** Subjects that asked for the others to go first. */
  const deferred = new Set<string>();
  for (const other of steps) {
    const subject = subjectOf(other);
    if (other.deferred && other.status !== 'COMPLETE' && subject !== undefined) deferred.add(subject);
    if (other.id === step.id) continue;
    if (isSerial && isBegun(other.status)) violate(`${step.id} begins while ${other.id} is ${other.status}`);
    const earlier = steps.indexOf(other) < steps.indexOf(step);
    if (!earlier || other.status === 'COMPLETE') continue;
    // The steps about one instance come one after the other, whatever the strategy.
    const same = subject !== undefined && subject === subjectOf(step);
    const excused = subject !== undefined && deferred.has(subject);
    if (same || (inLine && !excused && !step.deferred))
      violate(`${step.id} begins before ${other.id}, which is ${other.status}`);
  }
}

const subjectOf = ({ work }: StepRecord): string | undefined => ('instance' in work ? work.instance : undefined);

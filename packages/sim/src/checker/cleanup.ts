import type { RunRecord, StepRecord } from '@warder/core';
import { isBegun } from '../truth.ts';
import type { Checker, Truth, Violate } from '../truth.ts';

/** What a run has set up is taken away when it has ended, however it has, unless a person would not wait for that. */
export function cleanup({ ledger, setUps }: Truth, violate: Violate): Checker {
  /** Runs that a person has ended before they had cleaned up, or an uninstall. */
  const cut = new Set<string>();
  return {
    name: 'what a run has set up is taken away when it has ended',
    committed: (written) => {
      for (const change of written) {
        if (change.kind === 'run' && change.before?.ended === undefined && change.after?.ended !== undefined) {
          if (change.before?.ending !== undefined || ledger.service()?.uninstalling === true) cut.add(change.after.id);
          checkEnd(change.after, ledger.steps(change.after));
        }
        if (change.kind === 'step' && change.after !== undefined) checkBegin(change.after, change.before);
      }
    },
    call: ({ stepId, done }) => {
      const step = ledger.step(stepId);
      const run = ledger.run(step?.runId ?? '');
      if (!done || run?.ended === undefined || isExcused(run, ledger.steps(run), cut)) return;
      if (setUps.has(run.id)) violate(`${stepId} has set something up for ${run.id}, which has ended`);
    },
  };

  function checkEnd(run: RunRecord, steps: readonly StepRecord[]): void {
    if (isExcused(run, steps, cut)) return;
    if (setUps.has(run.id)) violate(`${run.id} has ended, and what it has set up is still there`);
    const own = cleanupOf(run, steps);
    const undone = own.find(({ status }) => status !== 'COMPLETE');
    if (undone !== undefined && steps.some(({ work, attempts }) => work.kind === 'call' && attempts > 0))
      violate(`${run.id} has ended, and ${undone.id} is ${undone.status}`);
  }

  /** Of a run that is given up nothing else begins; and what takes its place waits for it. */
  function checkBegin(step: StepRecord, before: StepRecord | undefined): void {
    const run = ledger.run(step.runId);
    if (run === undefined || !isBegun(step.status) || (before !== undefined && isBegun(before.status))) return;
    if (run.ending !== undefined) {
      if (!cleanupOf(run, [step]).includes(step)) violate(`${step.id} begins, and ${run.id} is given up`);
      return;
    }
    if (!bringsConfig(run)) return;
    // One that was at work beside it before takes nobody's place.
    const isBefore = ({ ending }: RunRecord): boolean => ending !== undefined && ending.ms <= run.createdMs;
    const other = ledger.runs().find((each) => bringsConfig(each) && isBefore(each));
    if (other !== undefined) violate(`${step.id} begins, and ${other.id} still cleans up`);
  }
}

const bringsConfig = ({ plan }: RunRecord): boolean => plan === 'deploy' || plan === 'update';

const cleanupOf = ({ phases }: RunRecord, steps: readonly StepRecord[]): readonly StepRecord[] => {
  const ids = new Set(phases.flatMap(({ cleanup: cleans, stepIds }) => (cleans === true ? stepIds : [])));
  return steps.filter(({ id }) => ids.has(id));
};

/** A person has ended it all the same, has counted a step as done, has begun one anew, or has started only a part again. */
const isExcused = (run: RunRecord, steps: readonly StepRecord[], cut: ReadonlySet<string>): boolean =>
  (cut.has(run.id) && run.leftBehind?.some((line) => line.includes('was not done')) === true) ||
  steps.some(({ forced, restartedMs }) => forced !== undefined || restartedMs !== undefined) ||
  cleanupOf(run, steps).length === 0;

import type { RunPhase, RunRecord, StepRecord } from '@warder/core';
import type { Ledger } from '../ledger.ts';
import { isBegun } from '../truth.ts';
import type { Checker, Truth, Violate } from '../truth.ts';
import type { Written } from '../written.ts';
import { Pending } from './pending.ts';

/** What waits for a person goes on by a person alone: approvals, pauses of plans and pods, canaries. */
export function person({ ledger }: Truth, violate: Violate): Checker {
  const pending = new Pending();
  return {
    name: 'what waits for a person goes on by a person alone',
    ...pending.hooks,
    committing: (written) => {
      for (const change of written) checkChange(change, pending, violate);
    },
    committed: (written) => {
      for (const change of written) {
        if (change.kind !== 'step' || change.after === undefined || !isBegun(change.after.status)) continue;
        if (change.before === undefined || !isBegun(change.before.status)) checkCanary(ledger, change.after, violate);
      }
    },
  };
}

function checkChange(change: Written, pending: Pending, violate: Violate): void {
  if (change.before === undefined || change.after === undefined) return;
  switch (change.kind) {
    case 'step': {
      const { before, after } = change;
      if (after.work.kind !== 'approve' || after.status !== 'COMPLETE' || before.status === 'COMPLETE') return;
      if (!pending.has('plan-approve', 'plan-force-complete'))
        violate(`${after.id} is passed, and nobody has approved`);
      return;
    }
    case 'run':
      if (change.after.ended === undefined) checkRun(change.before, change.after, pending, violate);
      return;
    case 'instance': {
      const { before, after } = change;
      if (before.paused === undefined || after.paused !== undefined || after.releasing !== undefined) return;
      if (!pending.has('pod-resume')) violate(`${after.name} is not paused any more, and nobody has resumed it`);
      return;
    }
    case 'service':
    case 'config':
    case 'task':
    case 'watch':
      return;
    default:
      change satisfies never;
  }
}

function checkRun(before: RunRecord, after: RunRecord, pending: Pending, violate: Violate): void {
  // What is given up cleans up, paused or not.
  const givenUp = before.ending === undefined && after.ending !== undefined;
  const goesOn = givenUp || pending.has('plan-resume', 'plan-start');
  // Others may have been put between them.
  const now = new Map(after.phases.map((phase) => [phase.stepIds[0], phase]));
  const freed = before.phases.find(
    ({ paused, stepIds }) => paused !== undefined && now.get(stepIds[0])?.paused === undefined,
  );
  if (before.paused !== undefined && after.paused === undefined && !goesOn)
    violate(`${after.id} is not paused any more, and nobody has resumed it`);
  if (freed !== undefined && !goesOn)
    violate(`${freed.name} of ${after.id} is not paused any more, and nobody has resumed it`);
  const gone = before.phases.find((phase) => timesOf(now.get(phase.stepIds[0])) > timesOf(phase));
  if (gone !== undefined && !pending.has('plan-resume'))
    violate(`the canary phase ${gone.name} of ${after.id} goes on, and nobody has resumed it`);
}

const timesOf = (phase: RunPhase | undefined): number => phase?.resumed?.times ?? 0;

/** One instance of a canary phase goes after the first time that a person has resumed it, the others after the second. */
function checkCanary(ledger: Ledger, step: StepRecord, violate: Violate): void {
  const phase = ledger.run(step.runId)?.phases.find(({ stepIds }) => stepIds.includes(step.id));
  if (phase === undefined || !phase.strategy.endsWith('-canary') || timesOf(phase) > 1) return;
  if (timesOf(phase) === 0) {
    violate(`${step.id} begins, and nobody has let the canary go`);
    return;
  }
  const others = phase.stepIds
    .flatMap((id) => ledger.step(id) ?? [])
    .filter((other) => other.id !== step.id && (subjectOf(step) === undefined || subjectOf(other) !== subjectOf(step)));
  const canary = others.find(
    ({ status, attempts, endedMs = 0, work }) =>
      isBegun(status) ||
      (status === 'COMPLETE' && work.kind === 'launch' && attempts > 0 && endedMs >= (phase.resumed?.firstMs ?? 0)),
  );
  if (canary !== undefined)
    violate(`${step.id} begins besides the canary ${canary.id}, and nobody has let the rest go`);
}

const subjectOf = ({ work }: StepRecord): string | undefined => ('instance' in work ? work.instance : undefined);

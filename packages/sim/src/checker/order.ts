import type { RunRecord, StepRecord, StepStatus } from '@warder/core';
import type { Ledger } from '../ledger.ts';
import type { Checker, Truth, Violate } from '../truth.ts';

const begun: ReadonlySet<StepStatus> = new Set(['PREPARED', 'STARTING', 'STARTED', 'DELAYED', 'ERROR']);

/** A step begins only when what it depends on is done, one at a time where the plan is serial, and never in a paused run. */
export function order({ ledger }: Truth, violate: Violate): Checker {
  let begins: { readonly id: string; readonly paused: boolean }[] = [];
  return {
    name: 'serial plans keep their order, paused ones begin nothing',
    committing: (written) => {
      begins = [];
      for (const { kind, id, before, after } of written) {
        if (kind !== 'step' || after === undefined) continue;
        const began = begun.has(after.status) && (before === undefined || !begun.has(before.status));
        if (began) begins.push({ id, paused: isPaused(ledger, id) });
      }
    },
    committed: () => {
      for (const { id, paused } of begins) {
        // A request in the same commit may have resumed it.
        if (paused && isPaused(ledger, id)) violate(`${id} begins, but its run is paused`);
        const step = ledger.step(id);
        const run = ledger.run(step?.runId ?? '');
        if (step !== undefined && run !== undefined && run.ended === undefined) checkOrder(ledger, run, step, violate);
      }
    },
  };
}

function isPaused(ledger: Ledger, stepId: string): boolean {
  const [runId = '', phase = ''] = stepId.split('.');
  const run = ledger.run(runId);
  return run?.paused !== undefined || run?.phases[Number(phase)]?.paused !== undefined;
}

function checkOrder(ledger: Ledger, run: RunRecord, step: StepRecord, violate: Violate): void {
  const at = Number(step.id.split('.')[1]);
  const stepsOf = (phase: number): readonly StepRecord[] =>
    (run.phases[phase]?.stepIds ?? []).flatMap((id) => ledger.step(id) ?? []);
  if (run.strategy === 'serial') {
    for (const [phase] of run.phases.entries()) {
      const open = stepsOf(phase).find(({ status }) =>
        phase < at ? status !== 'COMPLETE' : phase > at && begun.has(status),
      );
      if (open !== undefined) violate(`${step.id} begins while ${open.id} of another phase is ${open.status}`);
    }
  }
  if (run.phases[at]?.strategy !== 'serial') return;
  const mine = stepsOf(at);
  for (const other of mine) {
    if (other.id === step.id) continue;
    if (begun.has(other.status)) violate(`${step.id} begins while ${other.id} is ${other.status}`);
    const earlier = mine.indexOf(other) < mine.indexOf(step);
    if (earlier && other.status !== 'COMPLETE' && !other.deferred && !step.deferred) {
      violate(`${step.id} begins before ${other.id}, which is ${other.status}`);
    }
  }
}

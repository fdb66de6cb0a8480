import type { Request, RunRecord } from '@warder/core';
import type { DryRun } from '@warder/scheduler';
import type { Ledger } from '../ledger.ts';
import type { Checker, Truth, Violate } from '../truth.ts';
import { Pending } from './pending.ts';

/** A start that names a dry run runs exactly what that has shown, or nothing; and what was refused has begun nothing. */
export function dry({ ledger }: Truth, violate: Violate): Checker {
  const pending = new Pending();
  const shown = new Map<Request, DryRun>();
  /** What each run of a person was when it began, until its request is answered. */
  const begun = new Map<string, string>();
  return {
    name: 'a start runs what its dry run has shown, or nothing',
    asked: (request, dryRun) => {
      pending.hooks.asked?.(request, dryRun);
      if (dryRun !== undefined) shown.set(request, dryRun);
    },
    crashed: () => {
      pending.hooks.crashed?.();
      begun.clear();
      shown.clear();
    },
    committed: (written) => {
      for (const { kind, before, after } of written) {
        if (kind !== 'run' || before !== undefined || after === undefined || after.cause.by !== 'person') continue;
        // A stage of a longer plan begins when its turn comes.
        if (after.parentId !== undefined) continue;
        begun.set(after.id, JSON.stringify(outlineOf(ledger, after)));
      }
    },
    answered: (request, answer) => {
      pending.hooks.answered?.(request, answer);
      const expected = shown.get(request);
      shown.delete(request);
      const run = answer.ok ? answer.runId : undefined;
      if (expected !== undefined && run !== undefined) {
        const outline = JSON.stringify(outlineOfDry(expected));
        const real = begun.get(run);
        if (real !== undefined && real !== outline) violate(`${run} is ${real}, and its dry run has shown ${outline}`);
      }
      if (run !== undefined) begun.delete(run);
      const [left] = begun.keys();
      if (!pending.any && left !== undefined) {
        violate(`${left} has begun, and its request was refused`);
        begun.clear();
      }
    },
  };
}

const outlineOf = (ledger: Ledger, run: RunRecord): unknown => [
  run.strategy,
  ...run.phases.map(({ name, strategy, after, stepIds }) => [
    name,
    strategy,
    after,
    ...stepIds.map((id) => ledger.step(id)?.name),
  ]),
];

const outlineOfDry = ({ strategy, phases }: DryRun): unknown => [
  strategy,
  ...phases.map(({ name, strategy: own, after, steps }) => [name, own, after, ...steps.map((step) => step.name)]),
];

/** The beginning of a run, and what is added to it on its way. */
import type { Context } from '../context.ts';
import type { Cause, FieldDiff, RunPhase, RunRecord } from '../record/run.ts';
import type { StepRecord, Work } from '../record/step.ts';
import type { PhaseSpec, PhaseStrategy, PlanStrategy } from '../spec/plan.ts';
import { phaseAt, phaseKey } from '../index-records.ts';
import { phaseOf, plainly } from './draft.ts';
import { wrongWith } from './recipe.ts';
import { nextId, putRun, putStep } from '../write.ts';

/** A run to be: what a dry run shows, and what starting it writes. */
export type RunDraft = {
  readonly plan: string;
  readonly cause: Cause;
  readonly configId: string;
  readonly fromConfigId?: string;
  readonly parentId?: string;
  readonly afterIds?: readonly string[];
  readonly params?: Readonly<Record<string, string>>;
  readonly strategy: PlanStrategy;
  readonly phases: readonly PhaseDraft[];
};

export type PhaseDraft = {
  readonly name: string;
  readonly strategy: PhaseStrategy;
  readonly together?: boolean;
  readonly cleanup?: true;
  readonly after?: readonly string[];
  readonly steps: readonly StepDraft[];
};

export type StepDraft = { readonly name: string; readonly work: Work; readonly diff: readonly FieldDiff[] };

export function startRun(context: Context, { phases, ...draft }: RunDraft): RunRecord {
  const run: RunRecord = { id: `run-${nextId(context)}`, ...draft, createdMs: context.nowMs, phases: [] };
  return withPhases(context, run, phases, 0);
}

/**
 * Phases that the procedure of a step adds to its run: after the phase of the step, and what that has added before. In
 * a run whose phases depend on each other they depend on that phase, and what depends on it depends on them. `last`:
 * after everything that the run has. The answer is undefined or, in words, what is wrong with them.
 */
export function addPhases(
  context: Context,
  step: StepRecord,
  specs: readonly PhaseSpec[],
  last: boolean,
): string | undefined {
  const run = context.state.runs.get(step.runId);
  const config = context.state.configs.get(run?.configId ?? '');
  if (run === undefined || config === undefined) return `configuration ${run?.configId} is not there any more`;
  const wrong = wrongWith(config.spec, specs);
  if (wrong !== undefined) return wrong;
  const drafts = specs.map((phase) => phaseOf(phase, config, { ...plainly, again: true }));
  const at = last ? run.phases.length : placeAfter(run, step.id);
  const by = last ? undefined : step.id;
  if (run.strategy === 'dependency') addDependent(context, run, drafts, at, by);
  else withPhases(context, run, drafts, at, by);
  return undefined;
}

/** Those that were added by steps of the same phase, or by theirs in turn, come first. */
function placeAfter(run: RunRecord, stepId: string): number {
  const mine = phaseAt(run, stepId);
  const family = new Set([mine]);
  let at = mine + 1;
  for (; at < run.phases.length; at += 1) {
    const { addedBy } = run.phases[at] ?? {};
    if (addedBy === undefined || !family.has(phaseAt(run, addedBy))) break;
    family.add(at);
  }
  return at;
}

function addDependent(context: Context, run: RunRecord, drafts: readonly PhaseDraft[], at: number, by?: string): void {
  const taken = new Set(run.phases.map(({ name }) => name));
  const names = new Map(drafts.map(({ name }) => [name, unusedName(name, taken)]));
  const before = by === undefined ? [...taken].slice(0, run.phases.length) : [run.phases[phaseAt(run, by)]?.name ?? ''];
  const own = drafts.map((draft) => ({
    ...draft,
    name: names.get(draft.name) ?? draft.name,
    after: [...(draft.after ?? []).map((name) => names.get(name) ?? name), ...before],
  }));
  const phases = run.phases.map((phase) =>
    by !== undefined && phase.after?.some((name) => before.includes(name)) === true
      ? { ...phase, after: [...phase.after, ...names.values()] }
      : phase,
  );
  withPhases(context, { ...run, phases }, own, at, by);
}

/** Phases depend on each other by their names. */
function unusedName(name: string, taken: Set<string>): string {
  let unused = name;
  for (let number = 2; taken.has(unused); number += 1) unused = `${name}-${number}`;
  taken.add(unused);
  return unused;
}

/** Ids of steps are for ever, and have the number of their phase: the order in which phases were made. */
function withPhases(
  context: Context,
  run: RunRecord,
  drafts: readonly PhaseDraft[],
  at: number,
  addedBy?: string,
): RunRecord {
  const first = run.phases.length;
  const isNumbered = at < first || run.phases.some(({ number }) => number !== undefined);
  const numbered = (phase: RunPhase, place: number): RunPhase =>
    isNumbered ? { ...phase, number: phase.number ?? place } : phase;
  const old = run.phases.map(numbered);
  const added = drafts.map(({ steps, ...phase }, index) =>
    numbered(
      {
        ...phase,
        ...(addedBy === undefined ? {} : { addedBy }),
        stepIds: steps.map((_, step) => `${run.id}.${first + index}.${step}`),
      },
      first + index,
    ),
  );
  const longer: RunRecord = { ...run, phases: [...old.slice(0, at), ...added, ...old.slice(at)] };
  putRun(context, longer);
  for (const [index, { steps }] of drafts.entries()) {
    for (const [place, step] of steps.entries()) {
      putStep(context, {
        id: `${phaseKey(longer, at + index)}.${place}`,
        runId: run.id,
        ...step,
        status: 'PENDING',
        deferred: false,
        attempts: 0,
        passed: [],
      });
    }
  }
  context.agenda.add(`run:${run.id}`);
  return longer;
}

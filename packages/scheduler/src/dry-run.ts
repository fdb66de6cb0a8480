/** What an operation would do, before it begins. */
import { estimate, historyOf, preview } from '@warder/core';
import type { Estimate, FieldDiff, NewConfig, No, RunDraft, StartRequest, State } from '@warder/core';
import type { Clock } from './clock.ts';
import type { PackageHost } from './code/host.ts';
import type { Questions } from './code/questions.ts';
import { madePlanOf, withRecipe } from './made-plan.ts';

export type DryRun = {
  readonly plan: string;
  /** To be given back with the request: the run starts only if it would still be the same. */
  readonly hash: string;
  /** Of the options and versions. */
  readonly diff: readonly FieldDiff[];
  readonly strategy: RunDraft['strategy'];
  readonly phases: RunDraft['phases'];
  readonly params?: Readonly<Record<string, string>>;
  /** Why the request would be refused. */
  readonly refusals: readonly string[];
  /** What a person should read before starting it. */
  readonly warnings: readonly string[];
  /** How long it would take. Absent: nothing like it was ever done. */
  readonly estimate?: Estimate;
};

/** Changes nothing. What cannot be started at all is answered as the request itself would be. */
export async function dryRun(
  state: State,
  by: string,
  wanted: StartRequest,
  { outline }: PackageHost,
  questions: Questions,
  clock: Clock,
): Promise<DryRun | No> {
  const request = await withRecipe(wanted, state, outline, questions);
  if ('ok' in request) return request;
  const found = preview(state, by, request, clock.now());
  if ('ok' in found) return found;
  const { hash, diff, refusals, warnings, draft } = found;
  const restarts = new Set(
    draft.phases.flatMap(({ steps }) =>
      steps.flatMap(({ work }) => (work.kind === 'launch' && state.tasks.has(work.instance) ? [work.instance] : [])),
    ),
  );
  const expected = estimate(historyOf(state), draft, clock.now());
  const made = wanted.type === 'plan-start' ? madePlanOf(outline, wanted) : undefined;
  const reviewed = made === undefined ? [] : await questions.planReview(made.name, draft.params ?? {});
  const refused = request.type === 'configure' ? await packageRefusals(state, request.config, questions) : [];
  return {
    plan: draft.plan,
    hash,
    diff,
    strategy: draft.strategy,
    phases: draft.phases,
    ...(draft.params === undefined ? {} : { params: draft.params }),
    refusals: [...refusals, ...refused],
    warnings: [...warnings, ...reviewed, ...(await questions.review([...restarts]))],
    ...(expected === undefined ? {} : { estimate: expected }),
  };
}

/** Why the package refuses the configuration, compared with the target of now. */
export async function packageRefusals(state: State, to: NewConfig, questions: Questions): Promise<readonly string[]> {
  for (;;) {
    const from = state.configs.get(state.service?.targetConfigId ?? '');
    if (from === undefined) return [];
    const refusals = await questions.refusals(from, to);
    // Another configuration may have come meanwhile, and this one is compared with the one that is the target.
    if (state.service?.targetConfigId === from.id) return refusals;
  }
}

/** What an operation would do, before it begins. */
import { estimate, historyOf, keptConfig, newestRun, preview, stagesOf } from '@warder/core';
import type { Estimate, FieldDiff, NewConfig, No, Request, RunDraft, Stage, StartRequest, State } from '@warder/core';
import type { Clock } from './clock.ts';
import type { Questions } from './code/questions.ts';
import { costOf } from './cost.ts';
import { madePlanOf, withRecipe } from './made-plan.ts';
import type { PlanMaking } from './made-plan.ts';
import type { Cost } from './package/roll.ts';
import { replacedOf, restartsOf } from './roll.ts';

export type DryRun = {
  readonly plan: string;
  /** To be given back with the request: the run starts only if it would still be the same. */
  readonly hash: string;
  /** Of the options and versions. */
  readonly diff: readonly FieldDiff[];
  readonly strategy: RunDraft['strategy'];
  readonly phases: RunDraft['phases'];
  readonly params?: Readonly<Record<string, string>>;
  /** Of a plan that goes through several configurations: what each would change and restart. */
  readonly stages?: readonly Stage[];
  /** Why the request would be refused. */
  readonly refusals: readonly string[];
  /** What a person should read before starting it. */
  readonly warnings: readonly string[];
  /** What a plan that code makes comes to, as text of several lines. Absent: it does not say. */
  readonly report?: string;
  /** Restarts, and what else the package says that these cost. Absent: none. */
  readonly cost?: readonly Cost[];
  /** How long it would take. Absent: nothing like it was ever done. */
  readonly estimate?: Estimate;
};

/** Changes nothing. What cannot be started at all is answered as the request itself would be. */
export async function dryRun(making: PlanMaking, by: string, wanted: StartRequest, clock: Clock): Promise<DryRun | No> {
  const { state, questions } = making;
  const request = await withRecipe(wanted, making);
  if ('ok' in request) return request;
  const found = preview(state, by, request, clock.now());
  if ('ok' in found) return found;
  const { hash, diff, refusals, warnings, draft } = found;
  const stages = stagesOf(state, draft);
  const batches = request.type === 'configure' ? request.roll?.batches : undefined;
  const rolls = [
    {
      restarts: restartsOf(state, draft),
      replaced: replacedOf(draft),
      ...(batches === undefined ? {} : { batches }),
    },
    ...stages.map((stage) => ({ restarts: stage.restarts.map(({ instance }) => instance), replaced: [] })),
  ];
  const restarts = [...new Set(rolls.flatMap((roll) => roll.restarts))];
  const cost = await costOf(rolls, questions);
  const expected = estimate(historyOf(state), draft, clock.now());
  const made = madePlanOf(making, wanted);
  const reviewed = made === undefined ? [] : await questions.planReview(made.name, draft.params ?? {});
  const report = made === undefined ? '' : await questions.planReport(made.name, draft.params ?? {});
  const refused = await packageRefusals(state, request, questions);
  return {
    plan: draft.plan,
    hash,
    diff,
    strategy: draft.strategy,
    phases: draft.phases,
    ...(draft.params === undefined ? {} : { params: draft.params }),
    ...(stages.length === 0 ? {} : { stages }),
    refusals: [...refusals, ...refused],
    warnings: [...warnings, ...reviewed, ...(await questions.review({ replaced: [], ...rolls[0], restarts }))],
    ...(report === '' ? {} : { report }),
    ...(cost.length === 0 ? {} : { cost }),
    ...(expected === undefined ? {} : { estimate: expected }),
  };
}

/** Why the package refuses the configuration that would become the target, compared with the target of now. */
export async function packageRefusals(
  state: State,
  request: Request,
  questions: Questions,
): Promise<readonly string[]> {
  const to = targetOf(state, request);
  if (to === undefined) return [];
  for (;;) {
    const from = state.configs.get(state.service?.targetConfigId ?? '');
    if (from === undefined) return [];
    const refusals = await questions.refusals(from, to);
    // Another configuration may have come meanwhile, and this one is compared with the one that is the target.
    if (state.service?.targetConfigId === from.id) return refusals;
  }
}

/** An older configuration is another one, too. */
function targetOf(state: State, request: Request): NewConfig | undefined {
  const { type } = request;
  if (type === 'configure') return request.config;
  if (type === 'config-rollback') return keptConfig(state, request.configId);
  // The stages of a way back of its own were looked at one by one.
  return type === 'plan-rollback' && request.recipe === undefined
    ? keptConfig(state, newestRun(state, request.plan)?.fromConfigId ?? '')
    : undefined;
}

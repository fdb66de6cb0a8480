/** Starts of plans that the package's code makes: what it makes goes into the request. */
import type { Answer, No, Request, State } from '@warder/core';
import { newestRun } from '@warder/core';
import type { Outline, PlanOutline } from './code/outline.ts';
import type { Questions } from './code/questions.ts';
import { isPackageError } from './package/error.ts';
import type { Recipe } from './package/plan.ts';

type StartPlan = Extract<Request, { type: 'plan-start' }>;

/** The plan of the code that the request would start; none when it says itself what is to be done. */
export const madePlanOf = (outline: Outline, { plan, recipe }: StartPlan): PlanOutline | undefined =>
  recipe === undefined ? outline.plans.find(({ name }) => name === plan) : undefined;

/** The request as the core takes it, or why there is none. */
export async function withRecipe<T extends Request>(
  asked: T,
  state: State,
  outline: Outline,
  questions: Questions,
): Promise<T | No> {
  if (asked.type !== 'plan-start') return asked;
  const made = madePlanOf(outline, asked);
  if (made === undefined) return asked;
  const last = newestRun(state, asked.plan);
  // It goes on, or it is refused: either needs no new one.
  if (last !== undefined && last.ended === undefined) return asked;
  const { params = {} } = asked;
  const unknown = Object.keys(params).filter((name) => !Object.hasOwn(made.params, name));
  if (unknown.length > 0) return unknownParams(made, unknown);
  try {
    return { ...asked, recipe: { name: asked.plan, ...(await questions.plan(asked.plan, params)) } };
  } catch (error) {
    if (isPackageError(error)) {
      const { code, message } = error;
      return { ok: false, code, message };
    }
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, code: 'plan-invalid', message: `the package could not make the plan ${asked.plan}: ${why}` };
  }
}

function unknownParams({ name, params }: PlanOutline, unknown: readonly string[]): Extract<Answer, { ok: false }> {
  const known = Object.keys(params);
  const takes = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
  const message = `the plan ${name} takes no parameter ${unknown.join(', ')}; ${takes}`;
  return { ok: false, code: 'param-invalid', message };
}

/** What a plan would do now, whoever wrote it. Rejects when there is none, or its code refuses. */
export async function recipeNow(
  state: State,
  outline: Outline,
  questions: Questions,
  plan: string,
  params: Readonly<Record<string, string>>,
): Promise<Recipe> {
  if (outline.plans.some(({ name }) => name === plan)) return questions.plan(plan, params);
  const spec = state.configs.get(state.service?.targetConfigId ?? '')?.spec;
  const found = spec?.plans.find(({ name }) => name === plan);
  if (found === undefined) throw new Error(`there is no plan ${plan}`);
  const { strategy, phases } = found;
  return { strategy, phases };
}

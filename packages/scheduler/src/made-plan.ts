/** Starts of plans that the package's code makes: what it makes goes into the request. */
import type { Answer, ConfigRecord, No, PlanSpec, Request, State } from '@warder/core';
import { newestRun } from '@warder/core';
import type { Outline, PlanOutline } from './code/outline.ts';
import type { Questions } from './code/questions.ts';
import { isPackageError } from './package/error.ts';
import type { Recipe } from './package/plan.ts';
import { resolveStages, StageRefused } from './staged.ts';
import type { ConfigOf } from './staged.ts';

type Params = Readonly<Record<string, string>>;

export type PlanMaking = {
  readonly state: State;
  readonly outline: Outline;
  readonly questions: Questions;
  /** Absent: plans that change the configuration cannot be made. */
  readonly configOf: ConfigOf | undefined;
};

/** The plan of the code that the request would start; none when it says itself what is to be done. */
export function madePlanOf({ outline, state }: PlanMaking, asked: Request): PlanOutline | undefined {
  const made = (plan: string | undefined): PlanOutline | undefined => outline.plans.find(({ name }) => name === plan);
  if ((asked.type !== 'plan-start' && asked.type !== 'plan-rollback') || asked.recipe !== undefined) return undefined;
  return asked.type === 'plan-start' ? made(asked.plan) : made(made(newestRun(state, asked.plan)?.plan)?.rollback);
}

/** The request as the core takes it, or why there is none. */
export async function withRecipe<T extends Request>(asked: T, making: PlanMaking): Promise<T | No> {
  const made = madePlanOf(making, asked);
  if (made === undefined) return asked;
  const last = newestRun(making.state, made.name);
  // It goes on, or it is refused: either needs no new one.
  if (last !== undefined && last.ended === undefined) return asked;
  const params = asked.type === 'plan-start' ? (asked.params ?? {}) : {};
  const unknown = Object.keys(params).filter((name) => !Object.hasOwn(made.params, name));
  if (unknown.length > 0) return unknownParams(made, unknown);
  const recipe = await tried(made.name, params, making);
  return 'ok' in recipe ? recipe : { ...asked, recipe };
}

async function tried(plan: string, params: Params, making: PlanMaking): Promise<PlanSpec | No> {
  try {
    return { name: plan, ...(await make(plan, params, making)) };
  } catch (error) {
    if (isPackageError(error)) {
      const { code, message } = error;
      return { ok: false, code, message };
    }
    const why = error instanceof Error ? error.message : String(error);
    if (error instanceof StageRefused)
      return { ok: false, code: 'config-refused', message: `a configuration of the plan ${plan} is refused: ${why}` };
    return { ok: false, code: 'plan-invalid', message: `the package could not make the plan ${plan}: ${why}` };
  }
}

function unknownParams({ name, params }: PlanOutline, unknown: readonly string[]): Extract<Answer, { ok: false }> {
  const known = Object.keys(params);
  const takes = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
  const message = `the plan ${name} takes no parameter ${unknown.join(', ')}; ${takes}`;
  return { ok: false, code: 'param-invalid', message };
}

async function make(plan: string, params: Params, making: PlanMaking): Promise<Recipe> {
  const { questions, configOf } = making;
  const recipe = await questions.plan(plan, params);
  const refusals = questions.refusals.bind(questions);
  return resolveStages(recipe, targetOf(making.state), { configOf, refusals });
}

function targetOf({ configs, service }: State): ConfigRecord {
  const target = configs.get(service?.targetConfigId ?? '');
  if (target === undefined) throw new Error('the service has no configuration yet');
  return target;
}

/** What a plan would do now, whoever wrote it. Rejects when there is none, or its code refuses. */
export async function recipeNow(plan: string, params: Params, making: PlanMaking): Promise<Recipe> {
  if (making.outline.plans.some(({ name }) => name === plan)) return make(plan, params, making);
  const found = targetOf(making.state).spec.plans.find(({ name }) => name === plan);
  if (found === undefined) throw new Error(`there is no plan ${plan}`);
  const { strategy, phases } = found;
  return { strategy, phases };
}

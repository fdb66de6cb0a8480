import type { Answer } from '../action.ts';
import type { Context } from '../context.ts';
import { afterThose, givenUp, rivalsOf } from '../plan/cleanup.ts';
import { lackOfPlace } from '../offer/evaluate.ts';
import { whereText } from '../offer/where.ts';
import { draftOf, plainly } from '../plan/draft.ts';
import { isOwnPlan, recipeOf, wrongWith } from '../plan/recipe.ts';
import { startRun } from '../plan/run.ts';
import type { RunDraft } from '../plan/run.ts';
import { stagesOf } from '../plan/stages.ts';
import type { ConfigRecord } from '../record/config.ts';
import type { RunRecord } from '../record/run.ts';
import type { StartRequest } from '../request.ts';
import type { State } from '../state.ts';
import type { Draft, No } from './preview.ts';

type StartPlan = Extract<StartRequest, { type: 'plan-start' }>;

/** The newest run of a plan, or the run of that id. */
export function newestRun(state: State, plan: string): RunRecord | undefined {
  const exact = state.runs.get(plan);
  if (exact !== undefined) return exact;
  let newest: RunRecord | undefined;
  for (const run of state.runs.values()) if (run.plan === plan) newest = run;
  return newest;
}

export function draftStart(state: State, by: string, request: StartPlan, nowMs: number): Draft | No {
  const { plan, params, key } = request;
  const last = newestRun(state, plan);
  if (last !== undefined && last.ended === undefined)
    return {
      ok: false,
      code: 'already',
      message: `${plan} is ${last.ending === undefined ? 'running' : 'still cleaning up'}: ${last.id}`,
    };
  const same = key === undefined ? undefined : [...state.runs.values()].find(({ cause }) => cause.key === key);
  if (same !== undefined) return { ok: false, code: 'already', message: `${same.id} was started for that already` };
  const bad = Object.keys(params ?? {}).find((name) => !/^[A-Za-z_]\w*$/.test(name));
  if (bad !== undefined) {
    const message = `${bad} cannot be the name of a parameter: letters, digits and _ only, no digit first`;
    return { ok: false, code: 'param-invalid', message };
  }
  const config = state.configs.get(state.service?.targetConfigId ?? '');
  const recipe = request.recipe ?? (config === undefined ? undefined : recipeOf(config.spec, plan));
  if (config === undefined || recipe === undefined || isOwnPlan(plan))
    return { ok: false, code: 'plan-unknown', message: `the service has no plan ${plan} that can be started` };
  const wrong = wrongWith(config.spec, recipe.phases);
  if (wrong !== undefined) return { ok: false, code: 'plan-invalid', message: `the plan ${plan} is wrong: ${wrong}` };
  // What deploys has its goal in the spec; a plan that is started for its own sake does its work each time.
  const again = plan !== 'deploy' && plan !== 'update';
  const staged = recipe.phases.some(({ steps = [] }) => steps.some(({ kind }) => kind === 'configure'));
  const cause = { by, text: request.text ?? `${by} started it`, diff: [], ...(key === undefined ? {} : { key }) };
  const draft: RunDraft = {
    ...draftOf(recipe, config, cause, { ...plainly, again }),
    plan,
    ...(staged ? { fromConfigId: config.id } : {}),
    ...(params === undefined ? {} : { params }),
  };
  const lacks = lacksOf(state, draft, config, nowMs);
  if (lacks.length > 0) return { ok: false, code: 'no-place', message: lacks.join('; ') };
  return staged ? inStages(state, draft) : { draft };
}

/** What is to be replaced somewhere, and has no room there now: better not begun. */
const lacksOf = (state: State, { phases }: RunDraft, { spec }: ConfigRecord, nowMs: number): readonly string[] =>
  phases.flatMap(({ steps }) =>
    steps.flatMap(({ work }) => {
      if (work.kind !== 'launch' || work.where === undefined) return [];
      const instance = state.instances.get(work.instance);
      const pod = spec.pods.find(({ name }) => name === instance?.pod);
      if (instance === undefined || pod === undefined) return [];
      const lack = lackOfPlace({ state, nowMs }, instance, pod, work.where);
      return lack === undefined ? [] : [`${work.instance} cannot be ${whereText(work.where) ?? 'anywhere'}: ${lack}`];
    }),
  );

/** Each stage says what it changes; what could not become the target later is refused now. */
function inStages(state: State, draft: RunDraft): Draft {
  const stages = stagesOf(state, draft);
  const own = stages.values();
  const phases = draft.phases.map((phase) => ({
    ...phase,
    steps: phase.steps.map((step) =>
      step.work.kind === 'configure' ? { ...step, diff: own.next().value?.diff ?? [] } : step,
    ),
  }));
  const refusals = stages.flatMap((stage) => stage.refusals.map((why) => `${stage.step}: ${why}`));
  return { draft: { ...draft, phases }, refusals };
}

export function startPlan(context: Context, draft: RunDraft): Answer {
  const before = [...(draft.afterIds ?? []), ...givenUp(context.state, rivalsOf(draft.plan))];
  const run = startRun(context, { ...draft, ...afterThose(context.state, before) });
  return { ok: true, message: `${draft.plan} has begun`, runId: run.id };
}

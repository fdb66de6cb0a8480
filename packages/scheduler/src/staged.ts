/** Plans that go through several configurations: from what each stage changes to the configuration that it comes to. */
import type { ConfigContents, StepSpec } from '@warder/core';
import type { ConfigChange, MadeRecipe, MadeStep, Recipe } from './package/plan.ts';

/** What a change comes to, as an update would have it. Rejects with a PackageError, or why there is no such configuration. */
export type ConfigOf = (change: ConfigChange, from: ConfigContents) => Promise<ConfigContents>;

export type StageTools = {
  readonly configOf: ConfigOf | undefined;
  /** Why the package refuses to go from one to the other. */
  readonly refusals: (from: ConfigContents, to: ConfigContents) => Promise<readonly string[]>;
};

/** A stage that the package itself refuses. */
export class StageRefused extends Error {}

/** The recipe with whole configurations, each on top of the one before it. `target`: what the service has now. */
export async function resolveStages(
  { phases, ...recipe }: MadeRecipe,
  target: ConfigContents,
  tools: StageTools,
): Promise<Recipe> {
  let from = target;
  const resolve = async (step: MadeStep): Promise<StepSpec> => {
    if (step.kind !== 'configure' || !('change' in step)) return step;
    const { change, ...rest } = step;
    if (tools.configOf === undefined) throw new Error(`nobody here can make the configuration of ${step.name}`);
    const config = await tools.configOf(change, from);
    const refused = await tools.refusals(from, config);
    if (refused.length > 0) throw new StageRefused(`${step.name}: ${refused.join('; ')}`);
    from = config;
    return { ...rest, config };
  };
  const resolved: Recipe['phases'][number][] = [];
  for (const { steps, ...phase } of phases) {
    const own: StepSpec[] = [];
    for (const step of steps ?? []) own.push(await resolve(step));
    resolved.push(steps === undefined ? phase : { ...phase, steps: own });
  }
  return { ...recipe, phases: resolved };
}

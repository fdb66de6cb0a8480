import { wrongWith } from '../../plan/recipe.ts';
import type { PhaseSpec } from '../../spec/plan.ts';
import type { ServiceSpec } from '../../spec/service.ts';

/** Any newer wish takes an instance from its recovery at once. */
const wrongRecovery = (plan: string, phases: readonly PhaseSpec[]): string | undefined =>
  plan === 'recovery' && phases.some(({ cleanup }) => cleanup === true)
    ? 'nobody would wait for a recovery to clean up'
    : undefined;

/** A plan of what the service has not could never be started. */
export const plans = (to: ServiceSpec): readonly string[] =>
  to.plans.flatMap(({ name, phases }) => {
    const wrong = wrongWith(to, phases) ?? wrongRecovery(name, phases);
    return wrong === undefined ? [] : [`the plan ${name}: ${wrong}; correct it, or leave it out`];
  });

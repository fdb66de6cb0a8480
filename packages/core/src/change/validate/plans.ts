import { wrongWith } from '../../plan/recipe.ts';
import type { ServiceSpec } from '../../spec/service.ts';

/** A plan of what the service has not could never be started. */
export const plans = (to: ServiceSpec): readonly string[] =>
  to.plans.flatMap(({ name, phases }) => {
    const wrong = wrongWith(to, phases);
    return wrong === undefined ? [] : [`the plan ${name}: ${wrong}; correct it, or leave it out`];
  });

/** `/v1/plan`: what dcos-commons had before it had plans by name. */
import type { Route } from '../route.ts';

export const planParam = { plan: 'The name of a plan, or the id of a run' };

/** The same for the deploy plan, at the old address. */
export function ofDeploy(route: Route): Route {
  return {
    ...route,
    path: route.path.replace('/plans/{plan}', '/plan'),
    summary: `${route.summary} (of deploy; an old address)`,
    params: {},
    run: async (raw) => route.run({ ...raw, params: { ...raw.params, plan: 'deploy' } }),
  };
}

import type { Scheduler } from '@warder/scheduler';
import { z } from 'zod';
import { ApiFailure } from '../failure.ts';
import { nextAfterUnknown } from '../nearest.ts';
import { ok, serviceRoute } from '../route.ts';
import { planHttpStatus, planNames, viewPlan } from '../view/plan.ts';
import { runSummary, runView, viewRun, viewRuns } from '../view/run.ts';
import { ofDeploy, planParam } from './deploy-plan.ts';

const show = serviceRoute({
  method: 'GET',
  path: '/plans/{plan}',
  summary: 'The newest run of a plan',
  params: planParam,
  output: runView,
  statuses: { 202: 'Not complete yet', 417: 'Some steps have errors' },
  handle: ({ service, params }) => {
    const view = viewPlan(service.state, params.plan, madePlans(service), Date.now());
    if (view === undefined) throw planUnknown(service.name, params.plan, planNames(service.state, madePlans(service)));
    return { status: planHttpStatus(view), body: view };
  },
});

export const planRoutes = [
  serviceRoute({
    method: 'GET',
    path: '/plans',
    summary: 'Names of the plans',
    output: z.array(z.string()),
    handle: ({ service }) => ok([...planNames(service.state, madePlans(service))]),
  }),
  show,
  ofDeploy(show),
  serviceRoute({
    method: 'GET',
    path: '/runs',
    summary: 'All runs that are kept, the oldest first',
    output: z.array(runSummary),
    handle: ({ service }) => ok(viewRuns(service.state)),
  }),
  serviceRoute({
    method: 'GET',
    path: '/runs/{run}',
    summary: 'One run',
    params: { run: 'The id of a run' },
    output: runView,
    handle: ({ service, params }) => {
      const run = service.state.runs.get(params.run);
      if (run !== undefined) return ok(viewRun(service.state, run, Date.now()));
      const next = nextAfterUnknown(params.run, [...service.state.runs.keys()], `GET /service/${service.name}/v1/runs`);
      throw new ApiFailure(404, 'run-unknown', `${service.name} has no run ${params.run}`, next);
    },
  }),
];

const madePlans = ({ host }: Scheduler): readonly string[] => host.outline.plans.map(({ name }) => name);

function planUnknown(service: string, name: string, names: readonly string[]): ApiFailure {
  const next = nextAfterUnknown(name, names, `warder ${service} plan list`);
  return new ApiFailure(404, 'plan-unknown', `${service} has no plan ${name}`, next);
}

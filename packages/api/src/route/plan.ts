import { z } from 'zod';
import type { PlanPart } from '@warder/core';
import { ask, startedView } from '../answer.ts';
import { ApiFailure } from '../failure.ts';
import { nextAfterUnknown } from '../nearest.ts';
import { ok, serviceRoute } from '../route.ts';
import { planHttpStatus, planNames, viewPlan } from '../view/plan.ts';
import { runSummary, runView, stepsIn, viewRun, viewRuns } from '../view/run.ts';

const plan = 'The name of a plan, or the id of a run';
const already = 'It is so already; nothing was done';
const part = z.object({
  phase: z.string().optional().describe('Only this phase, by name or id'),
  step: z.string().optional().describe('Only this step of the phase, by name or id'),
});
const phase = part.pick({ phase: true });

export const planRoutes = [
  serviceRoute({
    method: 'GET',
    path: '/plans',
    summary: 'Names of the plans',
    output: z.array(z.string()),
    handle: ({ service }) => ok([...planNames(service.state)]),
  }),
  serviceRoute({
    method: 'GET',
    path: '/plans/{plan}',
    summary: 'The newest run of a plan',
    params: { plan },
    output: runView,
    statuses: { 202: 'Not complete yet', 417: 'Some steps have errors' },
    handle: ({ service, params }) => {
      const view = viewPlan(service.state, params.plan);
      if (view === undefined) throw planUnknown(service.name, params.plan, planNames(service.state));
      return { status: planHttpStatus(view), body: view };
    },
  }),
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
      if (run !== undefined) return ok(viewRun(run, stepsIn(service.state.steps)));
      const next = nextAfterUnknown(params.run, [...service.state.runs.keys()], `GET /service/${service.name}/v1/runs`);
      throw new ApiFailure(404, 'run-unknown', `${service.name} has no run ${params.run}`, next);
    },
  }),
  serviceRoute({
    method: 'POST',
    path: '/plans/{plan}/start',
    summary: 'Start a run of a plan',
    params: { plan },
    output: startedView,
    statuses: { 208: already },
    handle: async ({ service, params, by }) => await ask(service, by, { type: 'plan-start', plan: params.plan }),
  }),
  serviceRoute({
    method: 'POST',
    path: '/plans/{plan}/stop',
    summary: 'Cancel the run of a plan; what it began is left as it stands',
    params: { plan },
    output: startedView,
    statuses: { 208: already },
    handle: async ({ service, params, by }) => await ask(service, by, { type: 'plan-cancel', plan: params.plan }),
  }),
  serviceRoute({
    method: 'POST',
    path: '/plans/{plan}/interrupt',
    summary: 'Pause: no new step begins; work already begun goes on',
    params: { plan },
    query: phase.extend({ reason: z.string().max(500).optional().describe('Why, for those who look later') }),
    output: startedView,
    statuses: { 208: already },
    handle: async ({ service, params, query, by }) => {
      const reason = query.reason === undefined ? {} : { reason: query.reason };
      return await ask(service, by, { type: 'plan-pause', ...partOf(params.plan, query), ...reason });
    },
  }),
  serviceRoute({
    method: 'POST',
    path: '/plans/{plan}/continue',
    summary: 'Resume what was paused',
    params: { plan },
    query: phase,
    output: startedView,
    statuses: { 208: already },
    handle: async ({ service, params, query, by }) =>
      await ask(service, by, { type: 'plan-resume', ...partOf(params.plan, query) }),
  }),
  serviceRoute({
    method: 'POST',
    path: '/plans/{plan}/restart',
    summary: 'Do a run, a phase or a step again',
    params: { plan },
    query: part,
    output: startedView,
    statuses: { 208: already },
    handle: async ({ service, params, query, by }) =>
      await ask(service, by, { type: 'plan-restart', ...partOf(params.plan, query) }),
  }),
  serviceRoute({
    method: 'POST',
    path: '/plans/{plan}/forceComplete',
    summary: 'Take a run, a phase or a step for complete, with the risk that it is not',
    params: { plan },
    query: part,
    output: startedView,
    statuses: { 208: already },
    handle: async ({ service, params, query, by }) =>
      await ask(service, by, { type: 'plan-force-complete', ...partOf(params.plan, query) }),
  }),
];

type PartQuery = { readonly phase?: string | undefined; readonly step?: string | undefined };

function partOf(name: string, { phase: inPhase, step }: PartQuery): PlanPart {
  if (step !== undefined && inPhase === undefined) {
    throw new ApiFailure(400, 'input-invalid', 'a step is named without its phase', 'give ?phase= too');
  }
  return {
    plan: name,
    ...(inPhase === undefined ? {} : { phase: inPhase }),
    ...(step === undefined ? {} : { step }),
  };
}

function planUnknown(service: string, name: string, names: readonly string[]): ApiFailure {
  const next = nextAfterUnknown(name, names, `warder ${service} plan list`);
  return new ApiFailure(404, 'plan-unknown', `${service} has no plan ${name}`, next);
}

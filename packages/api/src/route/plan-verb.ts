import type { PlanPart } from '@warder/core';
import { z } from 'zod';
import { ask, begin, startAnswer, startedView, startQuery } from '../answer.ts';
import { ApiFailure } from '../failure.ts';
import { serviceRoute } from '../route.ts';
import { ofDeploy, planParam } from './deploy-plan.ts';

const statuses = { 208: 'It is so already; nothing was done' };
const part = z.object({
  phase: z.string().optional().describe('Only this phase, by name or id'),
  step: z.string().optional().describe('Only this step of the phase, by name or id'),
});
const phase = part.pick({ phase: true });
const params = z
  .record(z.string().regex(/^[A-Za-z_]\w*$/, 'a name of an environment variable'), z.string())
  .describe('Environment of every task that the run launches');

const begins = [
  serviceRoute({
    method: 'POST',
    path: '/plans/{plan}/start',
    summary: 'Start a run of a plan',
    params: planParam,
    query: startQuery,
    input: params,
    output: startAnswer,
    statuses,
    handle: async ({ service, params: { plan }, query, input, by }) => {
      const given = Object.keys(input).length === 0 ? {} : { params: input };
      return await begin(service, by, { type: 'plan-start', plan, ...given }, query);
    },
  }),
  serviceRoute({
    method: 'POST',
    path: '/plans/{plan}/rollback',
    summary: 'End the newest deploy or update run, and make what was the target before it the target again',
    params: planParam,
    query: startQuery,
    output: startAnswer,
    statuses,
    handle: async ({ service, params: { plan }, query, by }) =>
      await begin(service, by, { type: 'plan-rollback', plan }, query),
  }),
  serviceRoute({
    method: 'POST',
    path: '/plans/{plan}/stop',
    summary: 'Cancel the run of a plan; what it began is left as it stands',
    params: planParam,
    output: startedView,
    statuses,
    handle: async ({ service, params: { plan }, by }) => await ask(service, by, { type: 'plan-cancel', plan }),
  }),
  serviceRoute({
    method: 'POST',
    path: '/plans/{plan}/approve',
    summary: 'Let steps that wait for a person pass: those that may go now, or the named ones',
    params: planParam,
    query: part,
    output: startedView,
    statuses,
    handle: async ({ service, params: { plan }, query, by }) =>
      await ask(service, by, { type: 'plan-approve', ...partOf(plan, query) }),
  }),
];

/** Those that dcos-commons also had for the one plan that it had first. */
const steers = [
  serviceRoute({
    method: 'POST',
    path: '/plans/{plan}/interrupt',
    summary: 'Pause: no new step begins; work already begun goes on',
    params: planParam,
    query: phase.extend({ reason: z.string().max(500).optional().describe('Why, for those who look later') }),
    output: startedView,
    statuses,
    handle: async ({ service, params: { plan }, query, by }) => {
      const reason = query.reason === undefined ? {} : { reason: query.reason };
      return await ask(service, by, { type: 'plan-pause', ...partOf(plan, query), ...reason });
    },
  }),
  serviceRoute({
    method: 'POST',
    path: '/plans/{plan}/continue',
    summary: 'Resume what was paused, or let a canary phase go on',
    params: planParam,
    query: phase,
    output: startedView,
    statuses,
    handle: async ({ service, params: { plan }, query, by }) =>
      await ask(service, by, { type: 'plan-resume', ...partOf(plan, query) }),
  }),
  serviceRoute({
    method: 'POST',
    path: '/plans/{plan}/restart',
    summary: 'Do a run, a phase or a step again',
    params: planParam,
    query: part,
    output: startedView,
    statuses,
    handle: async ({ service, params: { plan }, query, by }) =>
      await ask(service, by, { type: 'plan-restart', ...partOf(plan, query) }),
  }),
  serviceRoute({
    method: 'POST',
    path: '/plans/{plan}/forceComplete',
    summary: 'Take a run, a phase or a step for complete, with the risk that it is not',
    params: planParam,
    query: part,
    output: startedView,
    statuses,
    handle: async ({ service, params: { plan }, query, by }) =>
      await ask(service, by, { type: 'plan-force-complete', ...partOf(plan, query) }),
  }),
];

export const planVerbRoutes = [...begins, ...steers, ...steers.map(ofDeploy)];

type PartQuery = { readonly phase?: string | undefined; readonly step?: string | undefined };

function partOf(plan: string, { phase: inPhase, step }: PartQuery): PlanPart {
  if (step !== undefined && inPhase === undefined) {
    throw new ApiFailure(400, 'input-invalid', 'a step is named without its phase', 'give ?phase= too');
  }
  return {
    plan,
    ...(inPhase === undefined ? {} : { phase: inPhase }),
    ...(step === undefined ? {} : { step }),
  };
}

/** How a request to a scheduler becomes an answer to the one who made it. */
import type { Answer, NewConfig, Request, Roll, StartRequest } from '@warder/core';
import type { DryRun, RollWish, Scheduler } from '@warder/scheduler';
import { z } from 'zod';
import { ApiFailure } from './failure.ts';
import { flag } from './flag.ts';
import { statusOf } from './http/status.ts';
import { dryRunView, viewDryRun } from './view/dry-run.ts';

export const startedView = z
  .object({
    ok: z.literal(true),
    message: z.string(),
    runId: z.string().optional(),
    detail: z.unknown().optional(),
  })
  .meta({ id: 'Started' });

type Accepted = Extract<Answer, { ok: true }>;
type Refusal = Extract<Answer, { ok: false }>;

/**
 * 208: nothing was done because it is so already (scripts may ask twice).
 * @throws ApiFailure with the code of the refusal
 */
export async function ask(
  service: Scheduler,
  by: string,
  request: Request,
): Promise<{ readonly status: 200 | 208; readonly body: Accepted }> {
  const answer = await service.request(by, request);
  return answer.ok ? { status: 200, body: answer } : refused(service, request, answer);
}

function refused(
  service: Scheduler,
  request: Request,
  answer: Refusal,
): { readonly status: 208; readonly body: Accepted } {
  if (answer.code === 'already') return { status: 208, body: { ok: true, message: answer.message } };
  return failed(service, request, answer);
}

function failed({ name }: Scheduler, request: Request, { code, message, detail }: Refusal): never {
  throw new ApiFailure(statusOf(code, CONFLICT), code, message, nextAfter(code, name, request), detail);
}

/** Of every request that begins a run. */
export const startQuery = z.object({
  dryRun: flag('Change nothing; say what would be done'),
  hash: z.string().optional().describe('Of a dry run: do exactly that, or nothing'),
});

export const startAnswer = z.union([startedView, dryRunView]);

/** What it would do, when that is asked for, else what `ask` answers. */
export async function begin(
  service: Scheduler,
  by: string,
  request: StartRequest,
  { dryRun, hash }: z.output<typeof startQuery>,
): Promise<{ readonly status: 200 | 208; readonly body: z.infer<typeof startAnswer> }> {
  if (!dryRun) return await ask(service, by, hash === undefined ? request : { ...request, hash });
  const answer = await service.dryRun(by, request);
  return 'ok' in answer ? refused(service, request, answer) : { status: 200, body: viewDryRun(service.name, answer) };
}

/** What a request would do. @throws ApiFailure with the code of the refusal, also when it is so already */
export async function demandDryRun(service: Scheduler, by: string, request: StartRequest): Promise<DryRun> {
  const answer = await service.dryRun(by, request);
  return 'ok' in answer ? failed(service, request, answer) : answer;
}

/** How an update is to be rolled. @throws ApiFailure with the code of the refusal */
export async function demandRoll(service: Scheduler, config: NewConfig, wish: RollWish): Promise<Roll> {
  const roll = await service.roll(config, wish);
  return 'ok' in roll ? failed(service, { type: 'configure', config }, roll) : roll;
}

/** A refusal is one with how things stand, unless its code says more. */
const CONFLICT = 409;

function nextAfter(code: string, service: string, request: Request): string {
  switch (code) {
    case 'plan-stale':
      return 'look at a new dry run and start with its hash';
    case 'roll-unsupported':
      return 'leave --parallel or --canary away: then it is rolled as its plan says; nothing was changed';
    case 'roll-refused':
      return `ask again when the service answers, or leave --parallel away; see what goes on: warder ${service} debug why`;
    case 'config-refused':
      return 'take back that part of the change; nothing was changed';
    case 'plan-unknown':
      return `see the plans: warder ${service} plan list`;
    case 'part-unknown':
      return 'plan' in request
        ? `see its phases and steps: warder ${service} plan show ${request.plan}`
        : `see the plans: warder ${service} plan list`;
    case 'plan-invalid':
      return 'the package makes a plan that cannot run: report it to its author; nothing was begun';
    case 'no-place':
      return 'name another agent, or make room on that one (warder agent list); nothing was begun';
    case 'param-invalid':
      return 'correct the parameter; nothing was begun';
    case 'task-unknown':
      return `see the tasks: warder ${service} task list`;
    case 'no-way-back':
      return `see what is kept: warder ${service} config list; any of them: warder ${service} config rollback <id>`;
    case 'config-unknown':
      return `see the configurations: warder ${service} config list`;
    case 'pod-unknown':
      return `see the pods: warder ${service} pod list`;
    case 'service-uninstalling':
      return `watch it go: warder ${service} plan show uninstall`;
    case 'gate-closed':
      return 'instance' in request
        ? `wait until it is safe; or take the risk: warder ${service} ${request.type.replace('-', ' ')} ${request.instance} --force`
        : 'wait until it is safe';
    case 'busy':
    case 'service-closed':
      return 'try again in a moment';
    case 'service-stopped':
      return 'restart the server: warder server stop, then warder server start; its tasks go on meanwhile';
    case 'store-unwritable':
      return `free some disk or mend it, then ask again; see what goes on: warder ${service} debug why`;
    default:
      return `see what goes on: warder ${service} debug why`;
  }
}

/** How a request to a scheduler becomes an answer to the one who made it. */
import type { Answer, Request } from '@warder/core';
import type { Scheduler } from '@warder/scheduler';
import { z } from 'zod';
import { ApiFailure } from './failure.ts';
import { statusOf } from './http/status.ts';

export const startedView = z
  .object({
    ok: z.literal(true),
    message: z.string(),
    runId: z.string().optional(),
    detail: z.unknown().optional(),
  })
  .meta({ id: 'Started' });

type Accepted = Extract<Answer, { ok: true }>;

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
  if (answer.ok) return { status: 200, body: answer };
  if (answer.code === 'already') return { status: 208, body: { ok: true, message: answer.message } };
  const next = nextAfter(answer.code, service.name, request);
  throw new ApiFailure(statusOf(answer.code, CONFLICT), answer.code, answer.message, next, answer.detail);
}

/** A refusal is one with how things stand, unless its code says more. */
const CONFLICT = 409;

function nextAfter(code: string, service: string, request: Request): string {
  switch (code) {
    case 'plan-stale':
      return 'look at a new dry run and start with its hash';
    case 'config-refused':
      return 'take back that part of the change; nothing was changed';
    case 'plan-unknown':
      return `see the plans: warder ${service} plan list`;
    case 'part-unknown':
      return 'plan' in request
        ? `see its phases and steps: warder ${service} plan show ${request.plan}`
        : `see the plans: warder ${service} plan list`;
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

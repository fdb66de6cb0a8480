/** How a request to a scheduler becomes an answer to the one who made it. */
import type { Answer, Request } from '@warder/core';
import type { Scheduler } from '@warder/scheduler';
import { z } from 'zod';
import { ApiFailure } from './failure.ts';

export const startedView = z
  .object({
    ok: z.literal(true),
    message: z.string(),
    runId: z.string().optional(),
    detail: z.unknown().optional(),
  })
  .meta({ id: 'Started' });

type Accepted = Extract<Answer, { ok: true }>;

/** @throws ApiFailure with the code of the refusal */
export async function ask(service: Scheduler, by: string, request: Request): Promise<Accepted> {
  const answer = await service.request(by, request);
  if (answer.ok) return answer;
  const next = `see what goes on: warder ${service.name} debug why; warder ${service.name} plan list`;
  throw new ApiFailure(refusalStatus(answer.code), answer.code, answer.message, next, answer.detail);
}

/** A refusal is a conflict with how things stand, unless its code says that something is not there, or wrong. */
export function refusalStatus(code: string): 400 | 404 | 409 {
  if (code.endsWith('-unknown')) return 404;
  return code.endsWith('-invalid') ? 400 : 409;
}

/** Requests on a plan or a part of it. */
import type { Started } from '../api/answers.ts';
import type { Query } from '../api/client.ts';
import type { ArgSpec, ServiceContext } from '../command.ts';

export const planArg: ArgSpec = { name: 'plan', summary: 'deploy, update, recovery ...; or the id of a run' };
export const phaseArg: ArgSpec = { name: 'phase', summary: 'name or id of a phase', optional: true };
export const stepArg: ArgSpec = { name: 'step', summary: 'name or id of a step', optional: true };

/** Prints what the API said. */
export async function requestPlan(
  context: ServiceContext,
  plan: string,
  verb: string,
  query: Query = {},
): Promise<Started> {
  const answer = await context
    .api()
    .send<Started>('POST', context.path(`/plans/${encodeURIComponent(plan)}/${verb}`), { query });
  context.out.line(answer.message ?? `${verb}: done`);
  return answer;
}

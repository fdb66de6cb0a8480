/**
 * Places that were left behind on an agent that nobody could reach: kept in mind, so that they are given back when it
 * can be reached again, and so that nothing takes their name while something of them may still run.
 */
import type { Context } from '../context.ts';
import type { Reservation } from '../record/instance.ts';
import type { State } from '../state.ts';
import { nextId, putService } from '../write.ts';

/** A release that the engine could not do is asked for again after this long: its tasks may have to end first. */
const RETRY_MS = 5_000;

export function owe(context: Context, reservation: Reservation): void {
  const { service } = context.state;
  if (service === undefined) return;
  putService(context, { ...service, owed: [...(service.owed ?? []), reservation] });
  releaseOwed(context, reservation.agentId);
}

/** With an agent that is gone for ever they are gone too. */
export function releaseOwed(context: Context, agentId: string): void {
  const { service, offers, index } = context.state;
  const there = service?.owed?.filter((one) => one.agentId === agentId) ?? [];
  const agent = offers.get(agentId)?.state;
  for (const reservation of there) {
    if (agent === 'gone') settle(context, reservation.id);
    if (agent !== 'up' || [...index.owed.values()].includes(reservation.id)) continue;
    const operationId = `${service?.name}__op-${nextId(context)}`;
    index.owed.set(operationId, reservation.id);
    context.actions.push({ type: 'release', operationId, reservation });
  }
}

/** True when the answer was to one of these. */
export function onOwedReleased(context: Context, operationId: string, ok: boolean): boolean {
  const { service, index } = context.state;
  const id = index.owed.get(operationId);
  if (id === undefined) return false;
  index.owed.delete(operationId);
  const owed = service?.owed?.find((one) => one.id === id);
  if (ok) settle(context, id);
  else if (owed !== undefined) index.wakes.set(`agent:${owed.agentId}`, context.nowMs + RETRY_MS);
  return true;
}

function settle(context: Context, id: string): void {
  const { service } = context.state;
  if (service === undefined) return;
  const { owed = [], ...rest } = service;
  const left = owed.filter((one) => one.id !== id);
  putService(context, left.length === 0 ? rest : { ...rest, owed: left });
  for (const stepId of context.state.index.unplaced) context.agenda.add(`step:${stepId}`);
}

/** Why an instance of that name may not be placed anew yet. */
export function owedOf({ service }: State, instance: string): string | undefined {
  const owed = service?.owed?.find((one) => one.instance === instance);
  if (owed === undefined) return undefined;
  return `an older ${instance} was left behind on ${owed.hostname} and may still run there: bring that agent back, or say that it is gone`;
}

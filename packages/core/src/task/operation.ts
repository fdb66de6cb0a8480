import type { Context } from '../context.ts';
import { untake } from '../offer/evaluate.ts';
import { onOwedReleased } from '../plan/owed.ts';
import { onReleased } from '../plan/release.ts';
import { putInstance } from '../write.ts';
import { afterFailure } from './backoff.ts';
import { onStatus } from './status.ts';

/** The engine's answer to a launch or a release. */
export function onOperation(context: Context, operationId: string, ok: boolean, reason: string): void {
  const { index, instances } = context.state;
  if (onOwedReleased(context, operationId, ok)) return;
  const asked = index.operations.get(operationId);
  if (asked === undefined) return;
  index.operations.delete(operationId);
  const instance = instances.get(asked.instance);
  if (instance === undefined) return;
  if (instance.releasing?.operationId === operationId) {
    onReleased(context, instance, ok, reason);
    for (const claim of index.claims.get(instance.name) ?? []) context.agenda.add(`step:${claim}`);
  } else if (instance.reserving?.operationId === operationId && instance.releasing !== undefined) {
    // It is on its way back already, whether it was ever made or not.
    const { reserving: _reserving, ...rest } = instance;
    putInstance(context, rest);
  } else if (instance.reserving?.operationId === operationId) {
    const { reserving, reservation: wanted, ...rest } = instance;
    // What could not be resized is as it was; the engine offers what is free there again.
    const reservation = ok ? wanted : reserving.before;
    if (reservation === undefined && wanted !== undefined) untake(context, wanted);
    // A launch counts the failure of its tasks itself; a place made for peers has none.
    const backoff = asked.taskIds.length === 0 ? { backoff: afterFailure(rest.backoff, context.nowMs) } : {};
    putInstance(context, {
      ...rest,
      ...(reservation === undefined ? {} : { reservation }),
      ...(ok ? {} : backoff),
    });
  }
  // Whoever waited for this place may go on.
  for (const waiting of index.unplaced) context.agenda.add(`step:${waiting}`);
  if (ok) return;
  for (const taskId of asked.taskIds) {
    const agentId = instance.reservation?.agentId ?? '';
    onStatus(context, { taskId, agentId, state: 'DROPPED', ready: false, message: reason });
  }
}

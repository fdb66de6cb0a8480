import type { Context } from './context.ts';
import { isBegun, isDropped } from './index-records.ts';
import { isGated, killAgain } from './task/kill-again.ts';
import { isEnded } from './task/state.ts';
import { putStep } from './write.ts';

/**
 * After a start, what was under way is taken up: the engine is asked what it has, and what was recorded but perhaps
 * never performed is performed again. All of it is harmless when it was.
 */
export function resume(context: Context): void {
  const { state } = context;
  const tasks = [...state.tasks.values()].flatMap((named) => [...named.values()]);
  const reservations = [...state.instances.values()].flatMap(({ reservation }) => reservation?.id ?? []);
  const alive = tasks.filter((task) => !isEnded(task.state));
  context.actions.push({
    type: 'reconcile',
    tasks: alive.map(({ id, agentId }) => ({ taskId: id, agentId })),
    reservationIds: reservations,
  });
  state.index.told.clear();
  for (const task of alive) killAgain(context, task);
  for (const instance of state.instances.values()) {
    const { reservation, reserving, releasing } = instance;
    const pod = state.configs.get(instance.configId)?.spec.pods.find(({ name }) => name === instance.pod);
    if (reservation === undefined) continue;
    if (releasing !== undefined) {
      context.actions.push({ type: 'release', operationId: releasing.operationId, reservation });
    } else if (reserving !== undefined && pod !== undefined) {
      const { operationId } = reserving;
      context.actions.push({ type: 'launch', operationId, reservation, pod, configId: instance.configId, tasks: [] });
    }
    context.agenda.add(`instance:${instance.name}`);
  }
  state.index.asked.clear();
  state.index.overtaken.clear();
  if (state.service?.uninstalling === true && state.index.activeRuns.size === 0)
    context.actions.push({ type: 'forget' });
  for (const runId of state.index.activeRuns) {
    context.agenda.add(`run:${runId}`);
    for (const phase of state.runs.get(runId)?.phases ?? []) {
      for (const stepId of phase.stepIds) {
        const step = state.steps.get(stepId);
        if (step === undefined || step.status === 'COMPLETE' || isDropped(state.runs.get(runId), stepId)) continue;
        // What a gate saw before the crash is asked again, and what soaked was not looked at meanwhile.
        const { soakingMs, ...rest } = step;
        if (step.passed.length > 0 || soakingMs !== undefined) putStep(context, { ...rest, passed: [] });
        if (!isBegun(step.status)) continue;
        if (isGated(step) && step.launched === undefined) state.index.unsure.add(stepId);
        context.agenda.add(`step:${stepId}`);
      }
    }
  }
}

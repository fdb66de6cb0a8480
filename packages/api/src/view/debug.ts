import { phaseStatus, runStatus } from '@warder/core';
import type { State } from '@warder/core';
import { z } from 'zod';
import { stepsIn } from './run.ts';

export const planDebug = z
  .object({
    activePlans: z.array(z.string()),
    plans: z.array(
      z.object({
        name: z.string(),
        id: z.string(),
        status: z.string(),
        strategy: z.string(),
        totalSteps: z.number(),
        completedSteps: z.number(),
        phases: z.array(
          z.object({ name: z.string(), status: z.string(), totalSteps: z.number(), completedSteps: z.number() }),
        ),
      }),
    ),
  })
  .meta({ id: 'PlanDebug' });

/** How far each run is, without its steps. */
export function viewPlanDebug(state: State): z.infer<typeof planDebug> {
  const stepsOf = stepsIn(state.steps);
  const runs = [...state.runs.values()];
  const plans = runs.map((run) => {
    const phases = run.phases.map((phase) => {
      const steps = stepsOf(phase.stepIds);
      return {
        name: phase.name,
        status: phaseStatus(steps, phase.paused !== undefined),
        totalSteps: steps.length,
        completedSteps: steps.filter((step) => step.status === 'COMPLETE').length,
      };
    });
    return {
      name: run.plan,
      id: run.id,
      status: runStatus(run, stepsOf),
      strategy: run.strategy,
      totalSteps: sum(phases.map((phase) => phase.totalSteps)),
      completedSteps: sum(phases.map((phase) => phase.completedSteps)),
      phases,
    };
  });
  return { activePlans: runs.filter((run) => run.ended === undefined).map((run) => run.plan), plans };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const reservedSet = z.object({
  name: z.string(),
  cpus: z.number(),
  memoryMiB: z.number(),
  ports: z.record(z.string(), z.number()),
  volumes: z
    .array(z.object({ id: z.string(), path: z.string(), type: z.enum(['ROOT', 'MOUNT']), sizeMiB: z.number() }))
    .readonly(),
});

export const reservationView = z
  .object({
    id: z.string(),
    instance: z.string(),
    agentId: z.string(),
    hostname: z.string(),
    address: z.string(),
    releasing: z.boolean().describe('It is being given back'),
    sets: z.array(reservedSet).readonly(),
  })
  .meta({ id: 'Reservation' });

export function viewReservations(state: State): z.infer<typeof reservationView>[] {
  return [...state.instances.values()].flatMap(({ reservation, releasing }) =>
    reservation === undefined ? [] : [{ ...reservation, releasing: releasing !== undefined }],
  );
}

import { phaseStatus, runStatus } from '@warder/core';
import type { RunPhase, RunRecord, State, StepRecord } from '@warder/core';
import { z } from 'zod';
import { stepsIn } from './step.ts';
import { fullName } from './task.ts';

const stepDebug = z.object({ name: z.string(), status: z.string() });
const phaseDebug = z.object({
  name: z.string(),
  status: z.string(),
  strategy: z.string(),
  totalSteps: z.number(),
  completedSteps: z.number(),
  steps: z.array(stepDebug).describe('Those that are not complete'),
});
const runDebug = z.object({
  name: z.string(),
  id: z.string(),
  status: z.string(),
  strategy: z.string(),
  totalSteps: z.number(),
  completedSteps: z.number(),
  phases: z.array(phaseDebug),
});

export const planDebug = z
  .object({
    schedulerState: z.enum(['DEPLOYING', 'DEPLOYED', 'RECOVERING', 'DECOMMISSIONING', 'UNINSTALLING', 'RUNNING']),
    activePlans: z.array(z.string()),
    plans: z.array(runDebug),
  })
  .meta({ id: 'PlanDebug' });

/** Which part is asked for; phases and steps by name or id. */
export type DebugPart = {
  readonly plan?: string | undefined;
  readonly phase?: string | undefined;
  readonly step?: string | undefined;
};

type Part = { readonly run: RunRecord; readonly phase: RunPhase; readonly steps: readonly StepRecord[] };

/** The phases that a question is about, with those of their steps that it is about. */
export function partsOf(state: State, { plan, phase, step }: DebugPart): readonly Part[] {
  const runs = [...state.runs.values()].filter((run) => plan === undefined || run.plan === plan || run.id === plan);
  return runs.flatMap((run) =>
    run.phases.flatMap((candidate, at) => {
      if (phase !== undefined && candidate.name !== phase && `${run.id}.${at}` !== phase) return [];
      const all = stepsIn(state.steps)(candidate.stepIds);
      const steps = step === undefined ? all : all.filter(({ id, name }) => id === step || name === step);
      return step !== undefined && steps.length === 0 ? [] : [{ run, phase: candidate, steps }];
    }),
  );
}

/** How far each run is. */
export function viewPlanDebug(state: State, part: DebugPart): z.infer<typeof planDebug> {
  const stepsOf = stepsIn(state.steps);
  const plans = [...Map.groupBy(partsOf(state, part), ({ run }) => run)].map(([run, parts]) => {
    const phases = parts.map(({ phase, steps }) => viewPhase(phase, steps));
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
  const active = [...state.runs.values()].filter((run) => run.ended === undefined).map((run) => run.plan);
  return { schedulerState: schedulerState(state, active), activePlans: active, plans };
}

function viewPhase(phase: RunPhase, steps: readonly StepRecord[]): z.infer<typeof phaseDebug> {
  const open = steps.filter((step) => step.status !== 'COMPLETE');
  return {
    name: phase.name,
    status: phaseStatus(steps, phase.paused !== undefined),
    strategy: phase.strategy,
    totalSteps: steps.length,
    completedSteps: steps.length - open.length,
    steps: open.map(({ name, status }) => ({ name, status })),
  };
}

/** What it does above all, in the words of dcos-commons where that had one. */
function schedulerState(state: State, active: readonly string[]): z.infer<typeof planDebug>['schedulerState'] {
  if (state.service?.uninstalling === true) return 'UNINSTALLING';
  if (active.includes('deploy') || active.includes('update')) return 'DEPLOYING';
  if (active.includes('recovery')) return 'RECOVERING';
  if (active.includes('decommission')) return 'DECOMMISSIONING';
  if (active.length > 0) return 'RUNNING';
  return 'DEPLOYED';
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

export const taskStatuses = z
  .record(
    z.string(),
    z.record(
      z.string(),
      z.record(
        z.string(),
        z.array(z.object({ name: z.string(), taskId: z.string(), taskStatus: z.string() })).readonly(),
      ),
    ),
  )
  .meta({ id: 'TaskStatuses', description: 'Plan to phase to step to the tasks that it is about' });

/** The tasks of every step; none for one that is about no instance. Of a plan that ran often, its newest run counts. */
export function viewTaskStatuses(state: State, part: DebugPart): z.infer<typeof taskStatuses> {
  const plans: z.infer<typeof taskStatuses> = {};
  for (const [run, parts] of Map.groupBy(partsOf(state, part), (each) => each.run)) {
    plans[run.plan] = Object.fromEntries(
      parts.map(({ phase, steps }) => [
        phase.name,
        Object.fromEntries(steps.map((step) => [step.name, tasksOf(state, step)])),
      ]),
    );
  }
  return plans;
}

function tasksOf(state: State, { work }: StepRecord) {
  const instance = 'instance' in work ? work.instance : undefined;
  const tasks = [...(state.tasks.get(instance ?? '')?.values() ?? [])];
  const meant = work.kind === 'launch' ? tasks.filter(({ name }) => work.tasks.includes(name)) : tasks;
  return meant.map((task) => ({ name: fullName(task), taskId: task.id, taskStatus: task.state }));
}

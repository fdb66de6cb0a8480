import { phaseStatus, runStatus } from '@warder/core';
import type { RunPhase, RunRecord, State, StepRecord } from '@warder/core';
import { z } from 'zod';

const status = z
  .enum([
    'PENDING',
    'WAITING',
    'PREPARED',
    'STARTING',
    'STARTED',
    'DELAYED',
    'COMPLETE',
    'ERROR',
    'IN_PROGRESS',
    'CANCELLED',
    'SUPERSEDED',
  ] as const)
  .meta({ id: 'Status' });

export const fieldDiff = z
  .object({ path: z.string(), from: z.unknown().optional(), to: z.unknown().optional() })
  .meta({ id: 'FieldDiff', description: 'A change of one field' });

const pause = z
  .object({ by: z.string(), sinceMs: z.number(), reason: z.string().optional() })
  .meta({ id: 'Pause', description: 'No new step begins; work already begun goes on' });

const stepView = z
  .object({
    id: z.string().describe('`run-12.0.3`: run, phase, step'),
    name: z.string(),
    status,
    message: z.string().describe('What it waits for, or empty'),
    reason: z.object({ text: z.string(), sinceMs: z.number() }).optional(),
    work: z.custom<StepRecord['work']>().meta({ description: 'What the step does: launch, stop, release or call' }),
    diff: z.array(fieldDiff).readonly(),
    deferred: z.boolean().describe('It lets the other steps of its phase go first'),
    startedMs: z.number().optional(),
    endedMs: z.number().optional(),
    attempts: z.number(),
    forced: z.object({ by: z.string(), ms: z.number(), risk: z.string() }).optional(),
  })
  .meta({ id: 'Step' });

const phaseView = z
  .object({
    id: z.string(),
    name: z.string(),
    strategy: z.string(),
    status,
    paused: pause.optional(),
    steps: z.array(stepView),
  })
  .meta({ id: 'Phase' });

export const runView = z
  .object({
    id: z.string().describe('`run-12`; empty for a plan that never ran'),
    name: z.string().describe('The plan'),
    status,
    strategy: z.string(),
    errors: z.array(z.string()),
    cause: z.object({ by: z.string(), text: z.string(), diff: z.array(fieldDiff).readonly() }),
    configId: z.string(),
    createdMs: z.number(),
    endedMs: z.number().optional(),
    ended: z
      .object({ ms: z.number(), how: z.enum(['COMPLETE', 'CANCELLED', 'SUPERSEDED']), by: z.string().optional() })
      .optional(),
    paused: pause.optional(),
    phases: z.array(phaseView),
  })
  .meta({ id: 'Run', description: 'One execution of a plan' });

export type RunView = z.infer<typeof runView>;
export type PhaseView = z.infer<typeof phaseView>;
export type StepView = z.infer<typeof stepView>;

export const runSummary = runView
  .pick({ id: true, status: true, cause: true, createdMs: true, endedMs: true })
  .extend({ plan: z.string() })
  .meta({ id: 'RunSummary' });

export type RunSummary = z.infer<typeof runSummary>;

type StepsOf = (ids: readonly string[]) => readonly StepRecord[];

/** The steps of a phase, as the state has them. */
export function stepsIn(steps: ReadonlyMap<string, StepRecord>): StepsOf {
  return (ids) => ids.map((id) => steps.get(id)).filter((step) => step !== undefined);
}

export function viewRun(run: RunRecord, stepsOf: StepsOf): RunView {
  const phases = run.phases.map((phase, index) => viewPhase(`${run.id}.${index}`, phase, stepsOf(phase.stepIds)));
  const failed = phases.flatMap((phase) => phase.steps.filter((step) => step.status === 'ERROR'));
  return {
    id: run.id,
    name: run.plan,
    status: runStatus(run, stepsOf),
    strategy: run.strategy,
    errors: failed.map((step) => `${step.name}: ${step.message}`),
    cause: run.cause,
    configId: run.configId,
    createdMs: run.createdMs,
    ...(run.ended === undefined ? {} : { endedMs: run.ended.ms, ended: run.ended }),
    ...(run.paused === undefined ? {} : { paused: run.paused }),
    phases,
  };
}

function viewPhase(id: string, phase: RunPhase, steps: readonly StepRecord[]): PhaseView {
  return {
    id,
    name: phase.name,
    strategy: phase.strategy,
    status: phaseStatus(steps, phase.paused !== undefined),
    ...(phase.paused === undefined ? {} : { paused: phase.paused }),
    steps: steps.map(viewStep),
  };
}

function viewStep(step: StepRecord): StepView {
  const { id, name, status: now, reason, work, diff, deferred, startedMs, endedMs, attempts, forced } = step;
  return {
    id,
    name,
    status: now,
    message: reason?.text ?? '',
    work,
    diff,
    deferred,
    attempts,
    ...(reason === undefined ? {} : { reason }),
    ...(startedMs === undefined ? {} : { startedMs }),
    ...(endedMs === undefined ? {} : { endedMs }),
    ...(forced === undefined ? {} : { forced }),
  };
}

export function viewRuns(state: State): RunSummary[] {
  const stepsOf = stepsIn(state.steps);
  return [...state.runs.values()].map((run) => ({
    id: run.id,
    plan: run.plan,
    status: runStatus(run, stepsOf),
    cause: run.cause,
    createdMs: run.createdMs,
    ...(run.ended === undefined ? {} : { endedMs: run.ended.ms }),
  }));
}

import { phaseStatus, runStatus } from '@warder/core';
import type { RunPhase, RunRecord, State } from '@warder/core';
import { z } from 'zod';
import { canaryView, viewCanary } from './canary.ts';
import { etaView, viewEta } from './eta.ts';
import { fieldDiff, status, stepsIn, stepView, viewStep } from './step.ts';

const pause = z
  .object({ by: z.string(), sinceMs: z.number(), reason: z.string().optional() })
  .meta({ id: 'Pause', description: 'No new step begins; work already begun goes on' });

const end = z.object({
  ms: z.number(),
  how: z.enum(['COMPLETE', 'CANCELLED', 'SUPERSEDED', 'ROLLED_BACK']),
  by: z.string().optional(),
});

const phaseView = z
  .object({
    id: z.string(),
    name: z.string(),
    strategy: z.string(),
    status,
    after: z.array(z.string()).readonly().optional().describe('Phases that must be complete before it'),
    cleanup: z.literal(true).optional().describe('It is done also when the run is given up'),
    canary: canaryView.optional(),
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
    fromConfigId: z.string().optional().describe('What was the target before, and is again after a roll back'),
    params: z.record(z.string(), z.string()).optional().describe('Environment of every task that it launches'),
    createdMs: z.number(),
    ending: end.optional().describe('It is given up; its cleanup phases go on until it has ended so'),
    endedMs: z.number().optional(),
    ended: end.optional(),
    paused: pause.optional(),
    leftBehind: z.array(z.string()).readonly().optional().describe('What it could not take away: for people to see to'),
    progress: z.object({ done: z.number(), total: z.number() }).describe('Steps'),
    eta: etaView.optional().describe('Of a run that goes on: how long it will still take'),
    phases: z.array(phaseView),
  })
  .meta({ id: 'Run', description: 'One execution of a plan' });

export type RunView = z.infer<typeof runView>;
export type PhaseView = z.infer<typeof phaseView>;

export const runSummary = runView
  .pick({ id: true, status: true, cause: true, createdMs: true, endedMs: true })
  .extend({ plan: z.string() })
  .meta({ id: 'RunSummary' });

export type RunSummary = z.infer<typeof runSummary>;

export function viewRun(state: State, run: RunRecord, nowMs: number): RunView {
  const stepsOf = stepsIn(state.steps);
  const phases = run.phases.map((phase, index) => viewPhase(state, run, phase, index));
  // Of a run that is given up, what it still does.
  const open = run.ending === undefined ? phases : phases.filter(({ cleanup }) => cleanup === true);
  const steps = open.flatMap((phase) => phase.steps);
  const eta = viewEta(state, run, nowMs);
  const { cause, ended, ending, fromConfigId, params, paused, leftBehind } = run;
  return {
    id: run.id,
    name: run.plan,
    status: runStatus(run, stepsOf),
    strategy: run.strategy,
    errors: steps.filter((step) => step.status === 'ERROR').map((step) => `${step.name}: ${step.message}`),
    cause: { by: cause.by, text: cause.text, diff: cause.diff },
    configId: run.configId,
    ...(fromConfigId === undefined ? {} : { fromConfigId }),
    ...(params === undefined ? {} : { params }),
    createdMs: run.createdMs,
    ...(ending === undefined ? {} : { ending }),
    ...(ended === undefined ? {} : { endedMs: ended.ms, ended }),
    ...(paused === undefined ? {} : { paused }),
    ...(leftBehind === undefined ? {} : { leftBehind }),
    progress: { done: steps.filter((step) => step.status === 'COMPLETE').length, total: steps.length },
    ...(eta === undefined ? {} : { eta }),
    phases,
  };
}

function viewPhase(state: State, run: RunRecord, phase: RunPhase, index: number): PhaseView {
  const steps = stepsIn(state.steps)(phase.stepIds);
  const canary = viewCanary(state, run, phase);
  return {
    id: `${run.id}.${phase.number ?? index}`,
    name: phase.name,
    strategy: phase.strategy,
    status: phaseStatus(steps, phase.paused !== undefined),
    ...(phase.after === undefined ? {} : { after: phase.after }),
    ...(phase.cleanup === undefined ? {} : { cleanup: phase.cleanup }),
    ...(canary === undefined ? {} : { canary }),
    ...(phase.paused === undefined ? {} : { paused: phase.paused }),
    steps: steps.map(viewStep),
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

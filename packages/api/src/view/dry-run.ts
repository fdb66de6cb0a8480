import type { DryRun } from '@warder/scheduler';
import { z } from 'zod';
import { etaOf, etaView } from './eta.ts';
import { runView, type RunView } from './run.ts';
import { fieldDiff, viewWork } from './step.ts';

const stageView = z
  .object({
    step: z.string(),
    diff: z.array(fieldDiff).readonly(),
    restarts: z.array(z.object({ instance: z.string(), diff: z.array(fieldDiff).readonly() })).readonly(),
    live: z.array(z.string()).readonly().describe('Instances that are changed while they run'),
    refusals: z.array(z.string()).readonly(),
  })
  .meta({ id: 'Stage' });

const cost = z.object({ what: z.string(), count: z.int() });

export const dryRunView = z
  .object({
    name: z.string(),
    plan: z.string(),
    hash: z.string().describe('Give it back to run exactly this, or nothing'),
    diff: z.array(fieldDiff).readonly(),
    run: runView.describe('The run that would begin'),
    stages: z
      .array(stageView)
      .readonly()
      .optional()
      .describe('Of a plan that goes through several configurations: what each changes and restarts'),
    refusals: z.array(z.string()).readonly().describe('Why it would be refused'),
    warnings: z.array(z.string()).readonly().describe('To be read before starting it'),
    report: z.string().optional().describe('What it comes to, in words of the package: text of several lines'),
    cost: z.array(cost).readonly().optional().describe('What it costs besides time, in words of the package'),
    estimate: etaView.optional().describe('How long it would take'),
  })
  .meta({ id: 'DryRun' });

export function viewDryRun(name: string, dryRun: DryRun): z.infer<typeof dryRunView> {
  const { plan, hash, diff, refusals, warnings, report, cost, estimate, stages } = dryRun;
  const eta = estimate === undefined ? undefined : etaOf(estimate);
  const told = { name, plan, hash, diff, run: plannedRun(dryRun), refusals, warnings, report, cost };
  const view = stages === undefined ? told : { ...told, stages };
  return eta === undefined ? view : { ...view, estimate: eta };
}

/** The run as it will look before its first step. It has no id yet. */
function plannedRun({ plan, diff, strategy, phases, params }: DryRun): RunView {
  return {
    id: '',
    name: plan,
    status: 'PENDING',
    strategy,
    errors: [],
    cause: { by: '', text: 'dry run', diff },
    configId: '',
    ...(params === undefined ? {} : { params }),
    createdMs: 0,
    progress: { done: 0, total: phases.reduce((total, { steps }) => total + steps.length, 0) },
    phases: phases.map((phase, phaseIndex) => ({
      id: `${phaseIndex}`,
      name: phase.name,
      strategy: phase.strategy,
      status: 'PENDING',
      ...(phase.after === undefined ? {} : { after: phase.after }),
      ...(phase.cleanup === undefined ? {} : { cleanup: phase.cleanup }),
      steps: phase.steps.map((step, index) => ({
        id: `${phaseIndex}.${index}`,
        name: step.name,
        status: 'PENDING',
        message: '',
        work: viewWork(step.work),
        diff: step.diff,
        deferred: false,
        attempts: 0,
      })),
    })),
  };
}

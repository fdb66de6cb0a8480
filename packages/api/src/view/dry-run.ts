import type { DryRun } from '@warder/scheduler';
import { z } from 'zod';
import { etaOf, etaView } from './eta.ts';
import { runView, type RunView } from './run.ts';
import { fieldDiff } from './step.ts';

export const dryRunView = z
  .object({
    name: z.string(),
    plan: z.string(),
    hash: z.string().describe('Give it back to run exactly this, or nothing'),
    diff: z.array(fieldDiff).readonly(),
    run: runView.describe('The run that would begin'),
    refusals: z.array(z.string()).readonly().describe('Why it would be refused'),
    warnings: z.array(z.string()).readonly().describe('To be read before starting it'),
    estimate: etaView.optional().describe('How long it would take'),
  })
  .meta({ id: 'DryRun' });

export function viewDryRun(name: string, dryRun: DryRun): z.infer<typeof dryRunView> {
  const { plan, hash, diff, refusals, warnings, estimate } = dryRun;
  const eta = estimate === undefined ? undefined : etaOf(estimate);
  const view = { name, plan, hash, diff, run: plannedRun(dryRun), refusals, warnings };
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
      steps: phase.steps.map((step, index) => ({
        id: `${phaseIndex}.${index}`,
        name: step.name,
        status: 'PENDING',
        message: '',
        work: step.work,
        diff: step.diff,
        deferred: false,
        attempts: 0,
      })),
    })),
  };
}

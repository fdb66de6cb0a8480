import type { DryRun } from '@warder/scheduler';
import { z } from 'zod';
import { fieldDiff, runView, type RunView } from './run.ts';

export const dryRunView = z
  .object({
    name: z.string(),
    plan: z.string(),
    hash: z.string().describe('Give it back to run exactly this, or nothing'),
    diff: z.array(fieldDiff).readonly(),
    run: runView.describe('The run that would begin'),
    refusals: z.array(z.string()).readonly().describe('Why it would be refused'),
    warnings: z.array(z.string()).readonly().describe('To be read before starting it'),
  })
  .meta({ id: 'DryRun' });

export function viewDryRun(name: string, dryRun: DryRun): z.infer<typeof dryRunView> {
  const { plan, hash, diff, refusals, warnings } = dryRun;
  return { name, plan, hash, diff, run: plannedRun(dryRun), refusals, warnings };
}

/** The run as it will look before its first step. It has no id yet. */
function plannedRun({ plan, diff, phases }: DryRun): RunView {
  return {
    id: '',
    name: plan,
    status: 'PENDING',
    strategy: 'serial',
    errors: [],
    cause: { by: '', text: 'dry run', diff },
    configId: '',
    createdMs: 0,
    phases: phases.map((phase, phaseIndex) => ({
      id: `${phaseIndex}`,
      name: phase.name,
      strategy: phase.strategy,
      status: 'PENDING',
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

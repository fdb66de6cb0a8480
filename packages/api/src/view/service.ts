import { newestRun, runStatus } from '@warder/core';
import { z } from 'zod';
import type { HostedService } from '../host.ts';
import { viewHealth } from './health.ts';
import { targetSpec } from './plan.ts';
import { stepsIn } from './step.ts';

export const serviceView = z
  .object({
    name: z.string(),
    package: z.string(),
    packageVersion: z.string(),
    version: z.string().describe('Of the application'),
    status: z.enum(['healthy', 'deploying', 'uninstalling', 'degraded', 'failed']),
    reasons: z.array(z.string()),
    plans: z.record(z.string(), z.string()).describe('deploy, and every run that has not ended'),
    pods: z.record(z.string(), z.number()).describe('How many instances each pod is to have'),
    webUrl: z.string().optional().describe('A page about it, as its spec says'),
    createdMs: z.number(),
    error: z.object({ code: z.string(), message: z.string(), next: z.string() }).optional(),
  })
  .meta({ id: 'Service' });

export type ServiceAnswer = z.infer<typeof serviceView>;

export function viewService(hosted: HostedService): ServiceAnswer {
  const { name, scheduler, error } = hosted;
  const state = scheduler?.state;
  const config = state?.configs.get(state.service?.targetConfigId ?? '');
  const health = state === undefined ? undefined : viewHealth(state, scheduler?.trouble());
  return {
    name,
    package: state?.service?.packageName ?? '',
    packageVersion: config?.packageVersion ?? '',
    version: config?.version ?? '',
    status: health?.status ?? 'failed',
    reasons: health?.reasons ?? (error === undefined ? [] : [error.message]),
    plans: state === undefined ? {} : planStatuses(state),
    pods: Object.fromEntries(
      (state === undefined ? undefined : targetSpec(state))?.pods.map((p) => [p.name, p.count]) ?? [],
    ),
    ...(config?.spec.webUrl === undefined ? {} : { webUrl: config.spec.webUrl }),
    createdMs: state?.service?.createdMs ?? 0,
    ...(error === undefined ? {} : { error }),
  };
}

function planStatuses(state: NonNullable<HostedService['scheduler']>['state']): Record<string, string> {
  const stepsOf = stepsIn(state.steps);
  const deploy = newestRun(state, 'deploy');
  const runs = [
    ...(deploy === undefined ? [] : [deploy]),
    ...[...state.runs.values()].filter((run) => run.ended === undefined),
  ];
  return Object.fromEntries(runs.map((run) => [run.plan, runStatus(run, stepsOf)]));
}

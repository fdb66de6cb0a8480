import type { HealthCheck, ReadinessCheck, TaskSpec } from '@warder/core';
import { inlineSetName } from '../check/resource.ts';
import { insideOf } from '../language/file-path.ts';
import type { task } from '../language/task.ts';
import type { StrictOf } from '../shape/shape.ts';
import type { ReadTemplate } from './pod.ts';
import { milliseconds } from './time.ts';

type StrictTask = StrictOf<typeof task>;

export const taskSpec = (name: string, raw: StrictTask, readTemplate: ReadTemplate): TaskSpec => {
  const health = raw['health-check'];
  const readiness = raw['readiness-check'];
  return {
    name,
    goal: raw.goal,
    essential: raw.essential ?? true,
    cmd: raw.cmd,
    env: Object.fromEntries(raw.env ?? []),
    configs: [...(raw.configs ?? [])].map(([config, { template, dest }]) => ({
      name: config,
      dest: insideOf(dest),
      template: readTemplate(template) ?? '',
    })),
    resourceSet: raw['resource-set'] ?? inlineSetName(name),
    ...(readiness ? { readinessCheck: readinessCheck(readiness) } : {}),
    ...(health ? { healthCheck: healthCheck(health) } : {}),
    killGraceMs: milliseconds(raw['kill-grace-period'] ?? 0),
    labels: raw.labels ?? {},
    ...(raw.discovery
      ? { discovery: { prefix: raw.discovery.prefix, visibility: raw.discovery.visibility ?? 'CLUSTER' } }
      : {}),
    ...(raw['transport-encryption'] ? { transportEncryption: raw['transport-encryption'] } : {}),
    ...(raw['ipc-mode'] === undefined ? {} : { ipcMode: raw['ipc-mode'] }),
    ...(raw['shm-size'] === undefined ? {} : { shmSizeMiB: raw['shm-size'] }),
    ...(raw.live ? { live: { procedure: raw.live.procedure, values: Object.fromEntries(raw.live.values) } } : {}),
  };
};

const readinessCheck = (raw: NonNullable<StrictTask['readiness-check']>): ReadinessCheck => ({
  cmd: raw.cmd,
  intervalMs: milliseconds(raw.interval),
  timeoutMs: milliseconds(raw.timeout),
  delayMs: milliseconds(raw.delay ?? 0),
});

const healthCheck = (raw: NonNullable<StrictTask['health-check']>): HealthCheck => ({
  cmd: raw.cmd,
  intervalMs: milliseconds(raw.interval),
  timeoutMs: milliseconds(raw.timeout),
  delayMs: milliseconds(raw.delay ?? 0),
  graceMs: milliseconds(raw['grace-period']),
  failuresMax: raw['max-consecutive-failures'],
});

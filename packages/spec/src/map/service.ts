import type { ReplacementPolicy, ServiceSpec } from '@warder/core';
import type { StrictService } from '../language/service.ts';
import { planSpec } from './plan.ts';
import { podSpec } from './pod.ts';
import type { ReadTemplate } from './pod.ts';
import { milliseconds } from './time.ts';

/** Root is asked for by name, never got by default. */
const userDefault = 'nobody';

export const serviceSpec = (raw: StrictService, readTemplate: ReadTemplate): ServiceSpec => {
  const counts = new Map([...raw.pods].map(([name, pod]) => [name, pod.count]));
  const policy = raw['replacement-failure-policy'];
  return {
    name: raw.name,
    user: raw.scheduler?.user ?? userDefault,
    pods: [...raw.pods].map(([name, pod]) => podSpec(name, pod, readTemplate)),
    plans: [...(raw.plans ?? [])].map(([name, plan]) => planSpec(name, plan, counts)),
    ...(raw['web-url'] === undefined ? {} : { webUrl: raw['web-url'] }),
    ...(raw.region === undefined ? {} : { region: raw.region }),
    ...(policy ? { replacement: replacement(policy) } : {}),
  };
};

const replacement = (raw: NonNullable<StrictService['replacement-failure-policy']>): ReplacementPolicy => ({
  afterMs: milliseconds(raw['permanent-failure-timeout-secs'] ?? 1200),
  delayMs: milliseconds(raw['min-replace-delay-secs'] ?? 600),
});

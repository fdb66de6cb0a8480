import { instancesOf } from '@warder/core';
import type { ReplacementPolicy, ServiceSpec } from '@warder/core';
import type { StrictService } from '../language/service.ts';
import { planSpec } from './plan.ts';
import { podSpec } from './pod.ts';
import type { ReadTemplate } from './pod.ts';
import { milliseconds } from './time.ts';

/** Root is asked for by name, never got by default. */
const userDefault = 'nobody';

export const serviceSpec = (raw: StrictService, readTemplate: ReadTemplate): ServiceSpec => {
  const pods = [...raw.pods].map(([name, pod]) => podSpec(name, pod, readTemplate));
  const numbers = new Map(pods.map((pod) => [pod.name, instancesOf(pod)]));
  const policy = raw['replacement-failure-policy'];
  return {
    name: raw.name,
    user: raw.scheduler?.user ?? userDefault,
    pods,
    plans: [...(raw.plans ?? [])].map(([name, plan]) => planSpec(name, plan, numbers)),
    ...(raw['web-url'] === undefined ? {} : { webUrl: raw['web-url'] }),
    ...(raw.region === undefined ? {} : { region: raw.region }),
    ...(policy ? { replacement: replacement(policy) } : {}),
  };
};

const replacement = (raw: NonNullable<StrictService['replacement-failure-policy']>): ReplacementPolicy => ({
  afterMs: milliseconds(raw['permanent-failure-timeout-secs'] ?? 1200),
  delayMs: milliseconds(raw['min-replace-delay-secs'] ?? 600),
});

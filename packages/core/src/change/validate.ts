/** What a configuration may not be, or may not change: each refusal says what is wrong and what to do. */
import type { Feature } from '../spec/feature.ts';
import type { ServiceSpec } from '../spec/service.ts';
import { features } from './validate/features.ts';
import { networkRegime } from './validate/network-regime.ts';
import { placement } from './validate/placement.ts';
import { plans } from './validate/plans.ts';
import { podShrink } from './validate/pod-shrink.ts';
import { preReservedRole } from './validate/pre-reserved-role.ts';
import { region } from './validate/region.ts';
import { resourceLimits } from './validate/resource-limits.ts';
import { retired } from './validate/retired.ts';
import { serviceName } from './validate/service-name.ts';
import { user } from './validate/user.ts';
import { volumes } from './validate/volumes.ts';

/** Looked at in a first configuration as well. */
const ofSpec = [placement, plans, resourceLimits, retired];

const ofChange = [user, podShrink, networkRegime, preReservedRole, region, volumes];

/** `from` is undefined for a first configuration; `able` where it is not known what the engine can do. */
export const refusals = (
  from: ServiceSpec | undefined,
  to: ServiceSpec,
  able?: ReadonlySet<Feature>,
): readonly string[] => [
  ...serviceName(from, to),
  ...ofSpec.flatMap((validate) => validate(to)),
  ...(able === undefined ? [] : features(to, able)),
  ...(from === undefined ? [] : ofChange.flatMap((validate) => validate(from, to))),
];

import type { ServiceSpec } from '@warder/core';
import { bounded } from '../bounded.ts';
import type { Clock } from '../clock.ts';
import type { SpecInput } from '../package/code.ts';
import { serviceSpec } from './checked.ts';
import type { PackageHost } from './host.ts';

const SPEC_MAX_MS = 30_000;

/** The spec as the code of the package changes it. Rejects with what the code threw, or with what is wrong with it. */
export async function specByCode(host: PackageHost, clock: Clock, input: SpecInput): Promise<ServiceSpec> {
  if (!host.outline.has.spec) return input.spec;
  const answer = await bounded(clock, SPEC_MAX_MS, (signal) => host.ask({ part: 'spec', input }, undefined, signal));
  const spec = serviceSpec(answer);
  if (spec.name !== input.spec.name) throw new Error(`it renames the service to ${spec.name}`);
  return spec;
}

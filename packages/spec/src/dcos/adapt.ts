import type { ServiceSpec } from '@warder/core';
import { withTaskEnv } from './task-env.ts';

type Env = Readonly<Record<string, string>>;

/** What the scheduler of DC/OS did with its environment besides filling in the spec. */
export const adapted = (spec: ServiceSpec, env: Env): ServiceSpec =>
  withTaskEnv(withRegion(withoutBootstrap(spec), env), env);

/** Config templates are filled in before a task starts, so that nobody needs the program that did it inside. */
const withoutBootstrap = (spec: ServiceSpec): ServiceSpec => ({
  ...spec,
  pods: spec.pods.map((pod) => ({ ...pod, uris: pod.uris.filter(({ uri }) => !uri.endsWith('/bootstrap.zip')) })),
});

const withRegion = (spec: ServiceSpec, { SERVICE_REGION: region = '' }: Env): ServiceSpec =>
  spec.region === undefined && region !== '' ? { ...spec, region } : spec;

import type { ServiceSpec } from '@warder/core';
import { withTaskEnv } from './task-env.ts';

type Env = Readonly<Record<string, string>>;

/** What the scheduler of DC/OS did with its environment besides filling in the spec. */
export const adapted = (spec: ServiceSpec, env: Env): ServiceSpec =>
  withTaskEnv(withRegion(withOwnFiles(spec), env), env);

/**
 * What was fetched was the task's own: its commands move and change it, and its config files lie inside. Config
 * templates are filled in before a task starts, so that nobody needs the program that did it inside.
 */
const withOwnFiles = (spec: ServiceSpec): ServiceSpec => ({
  ...spec,
  pods: spec.pods.map((pod) => ({
    ...pod,
    uris: pod.uris
      .filter(({ uri }) => !uri.endsWith('/bootstrap.zip'))
      .map((artifact) => ({ ...artifact, writable: true })),
  })),
});

const withRegion = (spec: ServiceSpec, { SERVICE_REGION: region = '' }: Env): ServiceSpec =>
  spec.region === undefined && region !== '' ? { ...spec, region } : spec;

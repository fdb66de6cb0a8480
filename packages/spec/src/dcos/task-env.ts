import type { ServiceSpec } from '@warder/core';

type Env = Readonly<Record<string, string>>;

/**
 * `TASKCFG_ALL_<NAME>` goes to every task, `TASKCFG_<POD>_<NAME>` to those of one pod; both win over `env` in the spec,
 * the second over the first.
 */
export const withTaskEnv = (spec: ServiceSpec, env: Env): ServiceSpec => ({
  ...spec,
  pods: spec.pods.map((pod) => {
    const given = { ...below('TASKCFG_ALL_', env), ...below(podPrefix(pod.name), env) };
    return { ...pod, tasks: pod.tasks.map((task) => ({ ...task, env: { ...task.env, ...given } })) };
  }),
});

const podPrefix = (pod: string): string => `TASKCFG_${pod.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_`;

const below = (prefix: string, env: Env): Env =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith(prefix) && name !== prefix ? [[name.slice(prefix.length), value]] : [],
    ),
  );

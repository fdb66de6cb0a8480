import type { ServiceSpec } from '../../spec/service.ts';

/**
 * For packages: a variable of a task that is decided once, when the service is installed. A task that is new or gone
 * is no change.
 *
 * @example
 *     refusals: ({ from, to }) => envCannotChange('node', 'server', 'CLUSTER_NAME')(from.spec, to.spec)
 */
export function envCannotChange(
  pod: string,
  task: string,
  key: string,
): (from: ServiceSpec, to: ServiceSpec) => readonly string[] {
  const envOf = ({ pods }: ServiceSpec): Readonly<Record<string, string>> | undefined =>
    pods.find(({ name }) => name === pod)?.tasks.find(({ name }) => name === task)?.env;
  return (from, to) => {
    const [before, after] = [envOf(from), envOf(to)];
    if (before === undefined || after === undefined || before[key] === after[key]) return [];
    const change = `${before[key] ?? 'not set'} -> ${after[key] ?? 'not set'}`;
    return [`${key} of task ${task} of pod ${pod} cannot change (${change}): put it back, or install anew`];
  };
}

/** What every task finds in its environment, and the names it is known by. */
import type { LaunchTask, Offer, PodSpec, Reservation, Rule, TaskSpec } from '@warder/core';

/** Where a task runs; names of the variables are those of dcos-commons, so that old commands and templates work. */
export type Surroundings = {
  readonly service: string;
  readonly pod: PodSpec;
  readonly reservation: Reservation;
  /** As in `broker-0-server`. */
  readonly taskName: string;
  readonly task: Pick<LaunchTask, 'ports' | 'params'>;
  readonly offer: Offer | undefined;
};

/** Wins over what the spec says; so do the parameters of a run, but not over what is always there. */
export function environmentOf(around: Surroundings): Readonly<Record<string, string>> {
  const { service, pod, reservation, taskName, task, offer } = around;
  const portEnv = pod.resourceSets
    .flatMap((set) => set.ports)
    .flatMap(({ name, envKey }) => (envKey === undefined ? [] : [[envKey, String(task.ports[name] ?? '')]]));
  const attributes = offer?.attributes ?? reservation.attributes;
  const fields = pod.placement === undefined ? [] : fieldsOf(pod.placement);
  return {
    ...task.params,
    SERVICE_NAME: service,
    FRAMEWORK_NAME: service,
    FRAMEWORK_HOST: hostOf(service),
    FRAMEWORK_VIP_HOST: vipHostOf(service),
    TASK_NAME: taskName,
    // So that a template can ask in a section which task it is rendered for.
    [taskName]: 'true',
    POD_INSTANCE_INDEX: indexOf(reservation.instance),
    TASK_ADDRESS: reservation.address,
    AGENT_HOSTNAME: reservation.hostname,
    ZONE: attributes?.['zone'] ?? '',
    REGION: attributes?.['region'] ?? '',
    PLACEMENT_REFERENCED_ZONE: String(fields.includes('zone')),
    PLACEMENT_REFERENCED_REGION: String(fields.includes('region')),
    ...Object.fromEntries(portEnv),
  };
}

/** `broker-0-server.<host>`, and `<prefix>-0.<host>` where the task has a discovery prefix. */
export const hostnamesOf = (around: Surroundings, { discovery }: TaskSpec): readonly string[] => {
  const { service, reservation, taskName } = around;
  const alias = discovery === undefined ? [] : [`${discovery.prefix}-${indexOf(reservation.instance)}`];
  return [taskName, ...alias].map((name) => `${name}.${hostOf(service)}`);
};

export const vipHostnameOf = (service: string, prefix: string): string =>
  `${prefix.replaceAll(/[^A-Za-z0-9_.-]/g, '-')}.${vipHostOf(service)}`;

const hostOf = (service: string): string => `${label(service)}.${domain}`;
const vipHostOf = (service: string): string => `${label(service)}.vip.${domain}`;

/** `internal` is the top-level domain that is set aside for names of one's own. */
const domain = 'warder.internal';

/** Folders are dropped and dots become dashes, as in dcos-commons. */
const label = (service: string): string => service.replaceAll('/', '').replaceAll('.', '-');

const indexOf = (instance: string): string => instance.slice(instance.lastIndexOf('-') + 1);

function fieldsOf(rule: Rule): readonly string[] {
  switch (rule.kind) {
    case 'all':
    case 'any':
      return rule.rules.flatMap(fieldsOf);
    case 'not':
      return fieldsOf(rule.rule);
    case 'near':
      return [];
    case 'max-per':
    case 'group-by':
    case 'is':
    case 'like':
      return [rule.field];
    default:
      return rule satisfies never;
  }
}

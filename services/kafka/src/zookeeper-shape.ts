/**
 * The shape of a cluster whose metadata is in ZooKeeper: brokers alone, besides them controllers while it is migrated, and
 * what the plans do about the chroot.
 */
import {
  call,
  changePlan,
  phase,
  plan,
  stop,
  withPlan,
  type PlanSpec,
  type PodSpec,
  type ServiceSpec,
} from '@warder/sdk';
import { hasQuorum, speaks } from './metadata.ts';
import type { KafkaOptions, Migration } from './options.ts';

export const zooKeeperShape = (spec: ServiceSpec, options: KafkaOptions): ServiceSpec => {
  const { migration } = options;
  const hasControllers = hasQuorum(options);
  const { quorum } = speaks('broker', options);
  const pods = spec.pods.flatMap((pod) => {
    if (!isBroker(pod)) return hasControllers ? [{ ...pod, allowDecommission: true }] : [];
    return [quorum ? pod : withoutVoters(pod)];
  });
  const names = pods.map(({ name }) => name);
  const deployed = changePlan({ ...spec, pods }, 'deploy', chrootFirst('claim-chroot', names));
  const updated = changePlan(deployed, 'update', (given) =>
    updateOf(migration)(chrootFirst('check-chroot', names)(given)),
  );
  return withPlan(updated, uninstallOf(names));
};

const isBroker = ({ name }: PodSpec): boolean => name === 'broker';

const chrootFirst =
  (procedure: string, pods: readonly string[]) =>
  (given: PlanSpec): PlanSpec => ({
    ...given,
    phases: [
      phase('chroot', {}, call(procedure)),
      ...given.phases.filter(({ pod }) => pod !== undefined && pods.includes(pod)),
    ],
  });

/**
 * The first controllers elect a leader only together. While controllers leave, brokers stay as they are: those that know
 * of controllers are restarted in the stage after it, when one of them is the active controller again.
 */
const updateOf =
  (migration: Migration) =>
  (given: PlanSpec): PlanSpec => ({
    ...given,
    phases: given.phases
      .filter(({ pod }) => migration !== 'leaving' || pod !== 'broker')
      .map((each) =>
        migration === 'controllers' && each.pod === 'controller' ? { ...each, strategy: 'parallel' } : each,
      ),
  });

const withoutVoters = (pod: PodSpec): PodSpec => ({
  ...pod,
  tasks: pod.tasks.map((task) => ({ ...task, configs: task.configs.filter(({ dest }) => dest !== 'voters.sh') })),
});

/** What still ran would write to it. */
const uninstallOf = (pods: readonly string[]): PlanSpec =>
  plan(
    'uninstall',
    'serial',
    ...pods.toReversed().map((pod) => phase(`${pod}s`, { pod, strategy: 'parallel' }, stop())),
    phase('chroot', {}, call('remove-chroot')),
  );

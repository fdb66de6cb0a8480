/** The shape of a cluster whose metadata is in ZooKeeper: brokers alone, and what the plans do about the chroot. */
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

export const zooKeeperShape = (spec: ServiceSpec): ServiceSpec => {
  const brokers = { ...spec, pods: spec.pods.filter(isBroker).map(withoutVoters) };
  const deployed = changePlan(brokers, 'deploy', chrootFirst('claim-chroot'));
  return withPlan(changePlan(deployed, 'update', chrootFirst('check-chroot')), uninstall);
};

const isBroker = ({ name }: PodSpec): boolean => name === 'broker';

const withoutVoters = (pod: PodSpec): PodSpec => ({
  ...pod,
  tasks: pod.tasks.map((task) => ({ ...task, configs: task.configs.filter(({ dest }) => dest !== 'voters.sh') })),
});

const chrootFirst =
  (procedure: string) =>
  (given: PlanSpec): PlanSpec => ({
    ...given,
    phases: [phase('chroot', {}, call(procedure)), ...given.phases.filter(({ pod }) => pod === 'broker')],
  });

/** Brokers that still ran would write to it. */
const uninstall = plan(
  'uninstall',
  'serial',
  phase('brokers', { pod: 'broker', strategy: 'parallel' }, stop()),
  phase('chroot', {}, call('remove-chroot')),
);

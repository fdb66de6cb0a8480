import type { PodSpec } from '../../spec/pod.ts';
import type { ServiceSpec } from '../../spec/service.ts';
import { keptPods } from './kept-pod.ts';

/** A bridge maps ports of the agent; on any other network of its own a pod uses none of them. */
const BRIDGE = 'mesos-bridge';

/** Whether ports of the agent are reserved cannot change under what runs. */
export const networkRegime = (from: ServiceSpec, to: ServiceSpec): readonly string[] =>
  keptPods(from, to).flatMap(([pod, next]) =>
    usesAgentPorts(pod) === usesAgentPorts(next)
      ? []
      : [
          `pod ${pod.name} cannot move from ${nameOf(pod)} to ${nameOf(next)}, where it has other addresses and ports: ` +
            'give the new network to a new pod',
        ],
  );

const usesAgentPorts = ({ networks = [] }: PodSpec): boolean => networks.every(({ name }) => name === BRIDGE);

const nameOf = ({ networks = [] }: PodSpec): string =>
  networks.length === 0 ? "the agent's network" : `the network ${networks.map(({ name }) => name).join(', ')}`;

/** The wanted service as data: what a package's `service.yml` (or its code) comes to. */
import type { PlanSpec } from './plan.ts';
import type { PodSpec } from './pod.ts';

export type ServiceSpec = {
  /** May hold `/` folders (`prod/orders-kafka`); never `__`. */
  readonly name: string;
  /** The OS user that every task runs as. */
  readonly user: string;
  /** In the order of the file: the order matters to the default deploy plan. */
  readonly pods: readonly PodSpec[];
  /** Recipes besides the generated ones; `deploy` and `update` replace the generated deploy and update plans. */
  readonly plans: readonly PlanSpec[];
  /** A page about the service, for dashboards. */
  readonly webUrl?: string;
  /** Every instance is placed in this region. Absent: anywhere. */
  readonly region?: string;
  /** Absent: a failed instance is replaced only when a person says so. */
  readonly replacement?: ReplacementPolicy;
};

/** When an instance that cannot be brought back in place is replaced without being asked: empty, perhaps elsewhere. */
export type ReplacementPolicy = {
  /** It has been down this long. */
  readonly afterMs: number;
  /** And no other instance of the service was replaced by the policy within this time. */
  readonly delayMs: number;
};

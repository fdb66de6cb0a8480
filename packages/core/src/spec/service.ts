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
};

import type { PlanSpec } from '@warder/core';
import type { ServiceView } from './view.ts';

/** A plan that is made by code for the very start: what it does depends on how the service is then. */
export type MadePlan = {
  readonly summary: string;
  /** Parameters of the start, with their help. Others are refused. */
  readonly params?: Readonly<Record<string, string>>;
  /** Also for a dry run, so it changes nothing. Ten seconds at most. Throw a PackageError to refuse the start. */
  readonly make: (context: MadePlanContext) => Promise<Recipe>;
  /** What a person should know before it is started; one sentence each. */
  readonly review?: (context: MadePlanContext) => Promise<readonly string[]>;
};

export type MadePlanContext = {
  readonly service: ServiceView;
  readonly params: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
};

/** A plan without its name. */
export type Recipe = Omit<PlanSpec, 'name'>;

import type { PhaseSpec, PlanSpec, StepSpec } from '@warder/core';
import type { ServiceView } from './view.ts';

/** A plan that is made by code for the very start: what it does depends on how the service is then. */
export type MadePlan = {
  readonly summary: string;
  /** Parameters of the start, with their help. Others are refused. */
  readonly params?: Readonly<Record<string, string>>;
  /** Also for a dry run, so it changes nothing. Ten seconds at most. Throw a PackageError to refuse the start. */
  readonly make: (context: MadePlanContext) => Promise<MadeRecipe>;
  /** What a person should know before it is started; one sentence each. */
  readonly review?: (context: MadePlanContext) => Promise<readonly string[]>;
  /** What it comes to, as text of several lines: a dry run shows it. */
  readonly report?: (context: MadePlanContext) => Promise<string>;
  /** Another of these plans, for `plan rollback`: the way back where one update does not get there. It takes no parameters. */
  readonly rollback?: string;
};

export type MadePlanContext = {
  readonly service: ServiceView;
  readonly params: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
};

/** A plan without its name. */
export type Recipe = Omit<PlanSpec, 'name'>;

/** The same as code makes it: stages say what they change, and it is found out what configuration that comes to. */
export type MadeRecipe = Omit<Recipe, 'phases'> & { readonly phases: readonly MadePhase[] };

export type MadePhase = Omit<PhaseSpec, 'steps'> & { readonly steps?: readonly MadeStep[] };

export type MadeStep = StepSpec | ConfigureStep;

/**
 * Change the configuration as `warder package update` would, and wait until that is brought. Changes add up, stage
 * after stage.
 */
export type ConfigureStep = {
  readonly kind: 'configure';
  readonly name: string;
  readonly change: ConfigChange;
  /** Why nothing before it can be rolled back to once it has begun. */
  readonly oneWay?: string;
};

export type ConfigChange = {
  /** Merged into what the user gave. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Of the application. */
  readonly version?: string;
};

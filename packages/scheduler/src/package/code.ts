/**
 * What the code of a package gives to the scheduler. A package without code needs none of it. What is in here runs in
 * a thread of the package, so whatever it does wrong (throws, never answers, blocks, eats memory, answers nonsense)
 * hurts only the step that called it: the error becomes the reason why that step waits.
 */
import type { ServiceSpec } from '@warder/core';
import type { Metric } from './metric.ts';
import type { MadePlan } from './plan.ts';
import type { Batches, Cost } from './roll.ts';
import type { PackageRoute } from './route.ts';
import type { Gate, Probe, Procedure } from './step.ts';
import type { ServiceView } from './view.ts';
import type { Detector, Reaction } from './watch.ts';

/** The default export of a package's `src/index.ts`. */
export type PackageCode = {
  /** Change the spec that `service.yml` came to, its plans included. Pure: the same input gives the same spec. */
  readonly spec?: (input: SpecInput) => ServiceSpec;
  /**
   * What may not change between two configurations of one service, now; each with what to do instead. Asked of every
   * configuration that is to become the target: an update's, a roll back's, a stage's. Ten seconds at most.
   */
  readonly refusals?: (change: ConfigDifference) => readonly string[] | Promise<readonly string[]>;
  /** Conditions that steps wait at; named in `gates` of the pods. */
  readonly gates?: Readonly<Record<string, Gate>>;
  /** Conditions that `wait` steps wait for; named in plans. */
  readonly probes?: Readonly<Record<string, Probe>>;
  /** Work that `call` steps do; named in plans. */
  readonly procedures?: Readonly<Record<string, Procedure>>;
  /** Plans besides those of the spec, made when they are started. */
  readonly plans?: Readonly<Record<string, MadePlan>>;
  /** What a person should know before the restarts of a dry run begin; one sentence each. */
  readonly review?: (context: ReviewContext) => Promise<readonly string[]>;
  /** What the restarts and replacements of a dry run cost besides time. Ten seconds at most. */
  readonly cost?: (context: ReviewContext) => Promise<readonly Cost[]>;
  /** Which instances may restart at the same time: for `package update --parallel`. */
  readonly batches?: Batches;
  /** The probe that judges the first instance of `package update --canary`. */
  readonly canary?: string;
  readonly reactions?: Readonly<Record<string, Reaction>>;
  readonly detectors?: Readonly<Record<string, Detector>>;
  /** What the application says of itself. Ten seconds at most. */
  readonly metrics?: (context: MetricsContext) => Promise<readonly Metric[]>;
  /** Endpoints besides the advertised ports: plain text or JSON. */
  readonly endpoints?: Readonly<Record<string, (service: ServiceView, signal: AbortSignal) => Promise<unknown>>>;
  /** More of the REST API of the service, below `/service/<name>/v1`. */
  readonly routes?: readonly PackageRoute[];
};

export type SpecInput = {
  readonly spec: ServiceSpec;
  readonly options: Readonly<Record<string, unknown>>;
  /** The version of the application. */
  readonly version: string;
  /** 32 hexadecimal digits, the same for the life of the service. */
  readonly uid: string;
};

export type ConfigView = {
  readonly spec: ServiceSpec;
  readonly options: Readonly<Record<string, unknown>>;
  readonly version: string;
};

export type ConfigDifference = {
  readonly from: ConfigView;
  readonly to: ConfigView;
  /** As it runs now. */
  readonly service: ServiceView;
  readonly signal: AbortSignal;
};

export type ReviewContext = {
  readonly service: ServiceView;
  /** Names of the instances that the run would restart. */
  readonly restarts: readonly string[];
  /** Names of the instances whose volumes it would destroy: they start empty, whether they run now or not. */
  readonly replaced: readonly string[];
  /** Those that restart and would go together, where a person wants it so. */
  readonly batches?: readonly (readonly string[])[];
  readonly signal: AbortSignal;
};

export type MetricsContext = { readonly service: ServiceView; readonly signal: AbortSignal };

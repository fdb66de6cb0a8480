import type { ConfigRecord } from '../record/config.ts';

/**
 * A recipe: starting it makes a run. `deploy` and `update` replace the generated plans of those names. `recovery`,
 * `replace` and `decommission` are recipes for one instance: of their phases those of its pod, and those without one,
 * make its run. The phases of `uninstall` come before the pods are stopped and what they reserve is given back.
 */
export type PlanSpec = {
  readonly name: string;
  readonly strategy: PlanStrategy;
  readonly phases: readonly PhaseSpec[];
};

export type PhaseSpec = {
  readonly name: string;
  /** Its steps are made for each instance of this pod. Absent: its steps are made once, and none is a launch. */
  readonly pod?: string;
  readonly strategy: PhaseStrategy;
  /** Absent: for each instance all tasks of the pod, those that share resources one after the other. */
  readonly steps?: readonly StepSpec[];
  /** In a plan whose strategy is `dependency`: phases that must be complete before it. */
  readonly after?: readonly string[];
  /**
   * Its steps, which are calls and waits alone, take away what others set up for the time of the run: they are done also
   * when the run is cancelled, rolled back or superseded before it has come to them. Only then has the run ended.
   */
  readonly cleanup?: true;
  /** How long each launched instance must stay at its goal, with its gates open, before its step is complete. */
  readonly soakMs?: number;
};

/** One step for each instance of the phase's pod; with `index` for that one alone, instead of those without. */
export type StepSpec = { readonly index?: number } & StepSpecWork;

export type StepSpecWork =
  /**
   * Launch these tasks together. An empty list is no step: other instances have one, this has none. `replace`: give up
   * the place of the instance, with its volumes, and launch them empty in a new one.
   */
  | { readonly kind: 'launch'; readonly tasks: readonly string[]; readonly replace?: Where }
  /** End every task of the instance; its reservation stays. */
  | { readonly kind: 'stop' }
  /** Destroy the volumes of the stopped instance and give back its resources. */
  | { readonly kind: 'release' }
  /** Call a procedure of the package. `oneWay`: why its run cannot be rolled back once the call has begun. */
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly procedure: string;
      readonly args?: unknown;
      readonly oneWay?: string;
    }
  /** Ask a probe of the package until it has been open for `soakMs`. Beyond the deadline the run is paused. */
  | {
      readonly kind: 'wait';
      readonly name: string;
      readonly probe: string;
      readonly args?: unknown;
      readonly soakMs?: number;
      readonly deadlineMs?: number;
      /** What fails, or takes longer than the deadline, rolls the run back instead of pausing it. */
      readonly undo?: boolean;
    }
  /** Wait for a person. */
  | { readonly kind: 'approve'; readonly name: string; readonly text: string }
  /**
   * Make this the target configuration, and wait until the update that brings it is complete: how a plan that code has
   * made goes through several configurations. `oneWay`: why nothing before it can be rolled back to once it has begun.
   */
  | { readonly kind: 'configure'; readonly name: string; readonly config: ConfigContents; readonly oneWay?: string };

/** On which agents a new place may be, by the host name: on this one alone, on all but that one, or anywhere. */
export type Where = { readonly on?: string; readonly notOn?: string };

/** A configuration, before it has an id. */
export type ConfigContents = Omit<ConfigRecord, 'id' | 'createdMs'>;

/** Which phases of a run may go now. */
export type PlanStrategy = 'serial' | 'parallel' | 'dependency';

/**
 * Which steps of a phase may go now. The canary ones hold every step until a person resumes the phase, then let one
 * go, and after the second time that the phase is resumed the rest, one by one or together.
 */
export type PhaseStrategy = 'serial' | 'parallel' | 'serial-canary' | 'parallel-canary';

export type Strategy = PlanStrategy | PhaseStrategy;

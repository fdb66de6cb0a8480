/** A recipe: starting it makes a run. */
export type PlanSpec = {
  readonly name: string;
  readonly strategy: Strategy;
  readonly phases: readonly PhaseSpec[];
};

export type PhaseSpec = {
  readonly name: string;
  readonly pod: string;
  readonly strategy: Strategy;
  /** Absent: one step for each instance, with all tasks of the pod. */
  readonly steps?: readonly StepSpec[];
};

/** A step of each instance (or of the given one), launching these tasks together. */
export type StepSpec = { readonly index?: number; readonly tasks: readonly string[] };

/** Which children may go now. */
export type Strategy = 'serial' | 'parallel';

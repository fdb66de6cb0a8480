/** What the steps of a run ask of a package: gates, probes and procedures. */
import type { GateAnswer, Moment, PhaseSpec, ProbeAnswer } from '@warder/core';
import type { InstanceView, ServiceView } from './view.ts';

/** Is it safe now, and if not, why? Asked again every second until it opens. Ten seconds at most. */
export type Gate = (context: GateContext) => Promise<GateAnswer>;

export type GateContext = {
  readonly service: ServiceView;
  readonly instance: InstanceView;
  readonly moment: Moment;
  /** Other instances of the same phase that are still to be done. */
  readonly pending: readonly string[];
  /** Of these, those that may be down at the same time: open only if it is safe with all of them away. */
  readonly together: readonly string[];
  readonly stepId: string;
  readonly signal: AbortSignal;
};

/** What a `wait` step waits for. Asked again every second until it is open. Ten seconds at most. */
export type Probe = (context: ProbeContext) => Promise<ProbeAnswer>;

export type ProbeContext = {
  readonly service: ServiceView;
  /** Absent: its phase has no pod. */
  readonly instance?: InstanceView;
  /** As the plan says. */
  readonly args: unknown;
  readonly runId: string;
  readonly stepId: string;
  readonly signal: AbortSignal;
};

/** What a `call` step does; its result is recorded. At least once, so idempotent. Five minutes at most. */
export type Procedure = (context: ProcedureContext) => Promise<unknown>;

export type ProcedureContext = ProbeContext & {
  /**
   * Once this procedure has succeeded, these come right after the phase of its step, and after what that has added
   * before; in a run that is not serial, whatever comes after that phase comes after them. With `last`, after everything
   * that the run has.
   */
  readonly addPhases: (phases: readonly PhaseSpec[], where?: { readonly last?: boolean }) => void;
};

import type { Moment } from './event.ts';
import type { Reservation } from './record/instance.ts';
import type { PodSpec } from './spec/pod.ts';
import type { TaskSpec } from './spec/task.ts';

/** What the core wants done. Performed only after the records of the same decision are in the store. */
export type Action =
  /** Reserve (or resize) the reservation, create its missing volumes, launch the tasks: all or nothing. */
  | {
      readonly type: 'launch';
      readonly operationId: string;
      readonly reservation: Reservation;
      readonly pod: PodSpec;
      readonly configId: string;
      readonly tasks: readonly LaunchTask[];
    }
  | { readonly type: 'kill'; readonly taskId: string; readonly agentId: string; readonly graceMs: number }
  /** Destroy the volumes of a reservation and give it back. */
  | { readonly type: 'release'; readonly operationId: string; readonly reservation: Reservation }
  /** Ask the engine for the status of these tasks; what it has of this service and is not listed is an orphan. */
  | { readonly type: 'reconcile'; readonly tasks: readonly KnownTask[]; readonly reservationIds: readonly string[] }
  | {
      readonly type: 'ask';
      readonly stepId: string;
      readonly moment: Moment;
      readonly gates: readonly string[];
      readonly instance: string;
      /** Other instances of the same phase that are still to be done. */
      readonly pending: readonly string[];
      /**
       * Of these, those that may be down at the same time, since they go before it or have gone already: it is safe
       * only if it is so with all of them away.
       */
      readonly together: readonly string[];
    }
  | {
      readonly type: 'probe';
      readonly stepId: string;
      readonly runId: string;
      readonly probe: string;
      readonly instance?: string;
      readonly args: unknown;
    }
  | {
      readonly type: 'call';
      readonly stepId: string;
      readonly runId: string;
      readonly procedure: string;
      readonly instance?: string;
      readonly args: unknown;
    }
  | { readonly type: 'answer'; readonly requestId: string; readonly answer: Answer }
  /** Everything of the service is gone: end its scheduler. */
  | { readonly type: 'forget' };

export type KnownTask = { readonly taskId: string; readonly agentId: string };

export type LaunchTask = {
  readonly taskId: string;
  readonly spec: TaskSpec;
  readonly ports: Readonly<Record<string, number>>;
  /** The instances of the pods that its config templates name (`{{#peers.controller}}`), each with its place. */
  readonly peers: Readonly<Record<string, readonly Peer[]>>;
  /** Of the run, to be in its environment. */
  readonly params?: Readonly<Record<string, string>>;
};

export type Peer = {
  readonly instance: string;
  readonly index: number;
  readonly address: string;
  readonly ports: Readonly<Record<string, number>>;
};

/** What a request is answered. */
export type Answer =
  | { readonly ok: true; readonly message: string; readonly runId?: string; readonly detail?: unknown }
  /** `code` is stable and listed in docs/errors.md. */
  | { readonly ok: false; readonly code: string; readonly message: string; readonly detail?: unknown };

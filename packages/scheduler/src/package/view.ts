import type { Exit, FailedTask, ServiceSpec, TaskState } from '@warder/core';

/** A snapshot of the service, as package code sees it. Plain data, never changed. */
export type ServiceView = {
  readonly name: string;
  readonly uid: string;
  readonly version: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly spec: ServiceSpec;
  readonly instances: readonly InstanceView[];
};

export type InstanceView = {
  readonly name: string;
  readonly pod: string;
  readonly index: number;
  /** Absent while it has no place. */
  readonly address?: string;
  readonly hostname?: string;
  /** Port name to port, of all its resource sets. */
  readonly ports: Readonly<Record<string, number>>;
  readonly tasks: readonly TaskView[];
};

export type TaskView = {
  readonly id: string;
  readonly name: string;
  readonly state: TaskState;
  readonly ready: boolean;
  /** Milliseconds since 1970. */
  readonly startedMs?: number;
  /** How it ended, where it has. */
  readonly exit?: Exit;
  /** What the engine said of it last. */
  readonly message?: string;
  /** When it came to its state. */
  readonly stateMs?: number;
  /** The task of this name that failed last, when this one was launched in its stead. */
  readonly failed?: FailedTask;
};

/**
 * LAUNCHING: recorded here, not yet confirmed by the engine. STAGING: the engine prepares it (artifacts, jail).
 * The rest as the engine reports them.
 */
export type TaskState =
  | 'LAUNCHING'
  | 'STAGING'
  | 'RUNNING'
  | 'FINISHED'
  | 'FAILED'
  | 'KILLED'
  | 'ERROR'
  | 'LOST'
  | 'DROPPED'
  | 'UNREACHABLE'
  | 'GONE';

/** How a task ended. */
export type Exit = {
  readonly code?: number;
  readonly signal?: string;
  /** The kernel killed a process of the task because it went over its memory limit. */
  readonly outOfMemory?: boolean;
};

/** A task that ended without being asked to, and without having reached its goal. */
export type FailedTask = {
  readonly id: string;
  readonly state: TaskState;
  readonly exit?: Exit;
  readonly message?: string;
  readonly atMs: number;
};

/** The current (or last) task of one name of one pod instance. */
export type TaskRecord = {
  /** `<service>__<instance>-<task>__<n>`; never used twice. */
  readonly id: string;
  readonly name: string;
  readonly instance: string;
  readonly agentId: string;
  /** The configuration that it was launched with. */
  readonly configId: string;
  /** The run that launched it. */
  readonly runId?: string;
  /** What the run that launched it gave to its environment: a recovery gives it the same. */
  readonly params?: Readonly<Record<string, string>>;
  readonly state: TaskState;
  readonly ready: boolean;
  /** Since when it has been ready without a break. */
  readonly readySinceMs?: number;
  readonly healthy?: boolean;
  readonly message?: string;
  readonly exit?: Exit;
  readonly launchedMs: number;
  /** When `state` was entered. */
  readonly stateMs: number;
  readonly startedMs?: number;
  /** The task of this name that failed last, before this one. */
  readonly failed?: FailedTask;
  /** Set once a kill was decided: it is sent again until the task has ended. */
  readonly killing?: { readonly sinceMs: number; readonly graceMs: number; readonly why: string };
};

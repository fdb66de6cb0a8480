/**
 * What the code of a package gives to the scheduler, and what it is given. A package without code needs none of it.
 * A function here that throws, rejects or takes too long hurts only the step that called it: the error becomes the
 * reason why that step waits.
 */
import type { GateAnswer, Moment, ServiceSpec, TaskState } from '@warder/core';

/** The default export of a package's `src/index.ts`. */
export type PackageCode = {
  /** Change the spec that `service.yml` came to. Pure: the same input gives the same spec. */
  readonly spec?: (input: SpecInput) => ServiceSpec;
  /** What may not change between two configurations of one service; each with what to do instead. Pure. */
  readonly refusals?: (change: { readonly from: ConfigView; readonly to: ConfigView }) => readonly string[];
  /** Conditions that steps wait at; named in `gates` of the pods. */
  readonly gates?: Readonly<Record<string, Gate>>;
  /** Work that steps call; at least once, so idempotent. */
  readonly procedures?: Readonly<Record<string, Procedure>>;
  /** What a person should know before the restarts of a dry run begin; one sentence each. */
  readonly review?: (context: ReviewContext) => Promise<readonly string[]>;
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

export type Gate = (context: GateContext) => Promise<GateAnswer>;

export type GateContext = {
  readonly service: ServiceView;
  readonly instance: InstanceView;
  readonly moment: Moment;
  /** Other instances of the same phase that are still to be done. */
  readonly pending: readonly string[];
  readonly stepId: string;
  readonly signal: AbortSignal;
};

export type ReviewContext = {
  readonly service: ServiceView;
  /** Names of the instances that the run would restart. */
  readonly restarts: readonly string[];
  readonly signal: AbortSignal;
};

export type Procedure = (context: ProcedureContext) => Promise<unknown>;

export type ProcedureContext = {
  readonly service: ServiceView;
  readonly instance?: InstanceView;
  readonly args: unknown;
  readonly runId: string;
  readonly stepId: string;
  readonly signal: AbortSignal;
};

/** A route of a package: `path` below `/service/<name>/v1`, with `{parameters}`. */
export type PackageRoute = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  /** Query parameters by name, with their help. */
  readonly query?: Readonly<Record<string, string>>;
  readonly handle: (request: PackageRequest) => Promise<unknown>;
};

export type PackageRequest = {
  readonly service: ServiceView;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly signal: AbortSignal;
};

/** A snapshot of the service, as package code sees it. */
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
  readonly tasks: readonly {
    readonly id: string;
    readonly name: string;
    readonly state: TaskState;
    readonly ready: boolean;
    readonly startedMs?: number;
  }[];
};

/** Throw it from package code to answer a request, or to refuse options, with a clear error. */
export class PackageError extends Error {
  readonly code: string;
  readonly status: number;
  /** What to do now: a command where there is one (`warder <words>`). Absent: the help of the service is named. */
  readonly next: string | undefined;
  constructor(code: string, message: string, status = 400, next?: string) {
    super(message);
    this.name = 'PackageError';
    this.code = code;
    this.status = status;
    this.next = next;
  }
}

/** By its name: a package from elsewhere may bring its own copy of the class. */
export function isPackageError(error: unknown): error is PackageError {
  if (!(error instanceof Error) || error.name !== 'PackageError' || !('code' in error) || !('status' in error))
    return false;
  const { code, status } = error;
  if ('next' in error && error.next !== undefined && typeof error.next !== 'string') return false;
  return typeof code === 'string' && typeof status === 'number' && status >= 400 && status <= 599;
}

/**
 * A subcommand that a package adds to the CLI (`warder kafka topic list`): which request it makes and how the answer
 * reads. The default export of a package's `src/cli.ts` is a list of these. No I/O: the CLI does that.
 */
export type PackageCommand = {
  /** `['topic', 'create']`. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly args: readonly { readonly name: string; readonly summary: string; readonly optional?: boolean }[];
  readonly options: readonly PackageOption[];
  readonly request: (input: CommandInput) => {
    readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
    /** Below `/service/<name>/v1`. */
    readonly path: string;
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  /** Text for a terminal. With `--json` the answer itself is printed instead. */
  readonly render: (answer: unknown, input: CommandInput) => string;
};

export type PackageOption = {
  /** As in `-p, --partitions <n>`. */
  readonly flags: string;
  readonly summary: string;
  readonly default?: string;
};

export type CommandInput = {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean>>;
};

/**
 * The adapter to one kind of cluster. Modelled on Mesos with its two levels: the engine offers, the scheduler
 * chooses. Nothing above it asks which engine it is; it asks for a capability.
 */
import type { Event, Feature, HostVolume, Offer, Reservation, ResourceLimits, Seccomp } from '@warder/core';

export type Engine = {
  /** For people to read (`local`). */
  readonly kind: string;
  readonly capabilities: Capabilities;
  /**
   * Begin (or take up again) the work for one service. The listener is called in order, from a fresh stack: first the
   * current offers, then whatever happens.
   */
  open(service: string, listener: (event: EngineEvent) => void): Promise<EngineSession>;
  /** The current offers (free resources) and totals of all agents, for people. */
  agents(): readonly AgentView[];
  /**
   * What an operator says of an agent, among `capabilities.agentOrders`; durable. Resolves when it is so, and the
   * offers say it. Rejects with `engine-agent-unknown`, `engine-agent-gone` (of a lost agent nothing but `up` can be
   * said) or `engine-agent-stuck`. Absent: agents of this kind of engine are looked after elsewhere.
   */
  setAgent?(agentId: string, order: AgentOrder): Promise<void>;
  /** Leaves every task running. */
  close(): Promise<void>;
};

/**
 * cordon: nothing new is placed on it. drain: what runs on it stops as well, when its gates allow. uncordon: the end of
 * either. gone: it never comes back; its tasks are GONE, its volumes lost, releases of what was on it succeed.
 * down, up: practise the loss of a machine; up after gone is a new, empty machine in its place.
 */
export type AgentOrder = 'cordon' | 'drain' | 'uncordon' | 'gone' | 'down' | 'up';

export type EngineEvent = Extract<Event, { type: 'offer' | 'status' | 'operation' }>;

export type Capabilities = {
  /** held: an offer is ours until used or rescinded. advisory: a launch may still find no capacity. */
  readonly offers: 'held' | 'advisory';
  /** What stays with a pod instance while nothing of it runs. */
  readonly reservations: 'full' | 'volumes';
  readonly ports: 'per-host' | 'per-pod';
  /** acknowledged: every status is delivered at least once. level: only the current one can be read again. */
  readonly statuses: 'acknowledged' | 'level';
  /** What a task's limits really enforce here. Empty: tasks are plain processes. */
  readonly isolation: readonly ('cpus' | 'memory' | 'pids' | 'files' | 'processes' | 'network')[];
  readonly vips: boolean;
  /** What of the spec language works here; a spec that needs anything else is refused by name when it is configured. */
  readonly features: readonly Feature[];
  /** What `setAgent` may be told. Absent: nothing. */
  readonly agentOrders?: readonly AgentOrder[];
  /** Whether tasks can look up each other's `hostnames`. Absent: no; addresses work everywhere. */
  readonly hostnames?: boolean;
};

export type AgentView = {
  readonly offer: Offer;
  readonly total: { readonly cpus: number; readonly memoryMiB: number; readonly diskMiB: number };
};

/** The dealings of one service with its engine. Nothing here throws for what the cluster does: that comes as events. */
export type EngineSession = {
  /**
   * Make the reservation so (new, resized, or as it is), create its missing volumes, launch the tasks: all or nothing.
   * Answered by one `operation` event, then by statuses. The same operation or task id again does nothing twice.
   */
  launch(launch: Launch): void;
  /** Ask the task to end; force it after the grace time. Answered by a terminal status, at once if it has ended. */
  kill(taskId: string, graceMs: number): void;
  /** Destroy the volumes and give the resources back; fails while a task of it still runs. */
  release(operationId: string, reservation: Reservation): void;
  /**
   * A status for each of these tasks (LOST for one that the engine never got). Tasks of this service that are not
   * listed are killed; reservations that are not listed are released, unless they hold volumes: a store that was put
   * back from an older backup does not know them, and their data must not pay for that. `purge` releases those.
   */
  reconcile(taskIds: readonly string[], reservationIds: readonly string[]): void;
  /** `tailBytes` of what there is, then, with `follow`, what comes, until the signal aborts. */
  logs(taskId: string, options: LogOptions): AsyncIterable<Uint8Array>;
  /** Run a command inside the task's jail, as its user. */
  exec(taskId: string, command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Files in the task's working directory; a path that leaves it is refused. */
  list(taskId: string, path: string): Promise<readonly FileEntry[]>;
  read(taskId: string, path: string, range: { readonly offset: number; readonly length: number }): Promise<Uint8Array>;
  /** The addresses of the service's VIPs and which backends are in. */
  vips(): readonly VipView[];
  /** Stop listening; tasks go on. */
  close(): Promise<void>;
  /** Once nothing of the service runs: release what is left, remove logs, working directories and everything else. */
  purge(): Promise<void>;
};

export type Launch = {
  readonly operationId: string;
  readonly reservation: Reservation;
  readonly tasks: readonly EngineTask[];
};

/** One process to run, with nothing left to decide. */
export type EngineTask = {
  readonly taskId: string;
  /** `broker-0-server`: its host name in the jail. */
  readonly name: string;
  /** The reserved set whose limits and volumes it gets. */
  readonly resourceSet: string;
  /** A shell command line. */
  readonly cmd: string;
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly { readonly path: string; readonly content: string; readonly mode: number }[];
  readonly artifacts: readonly EngineArtifact[];
  readonly rlimits: readonly { readonly name: string; readonly soft?: number; readonly hard?: number }[];
  readonly vips: readonly EngineVip[];
  readonly readiness?: EngineCheck;
  readonly health?: EngineCheck & { readonly graceMs: number; readonly failuresMax: number };
  readonly graceMs: number;
  readonly hostVolumes?: readonly HostVolume[];
  /** Values to be kept off every disk, argument list and log: files in memory only, or variables of the process. */
  readonly secrets?: readonly EngineSecret[];
  /** It sees the processes of the other tasks of its reservation. */
  readonly sharePid?: boolean;
  /** It has the IPC namespace and the /dev/shm of the other tasks of its reservation. */
  readonly shareIpc?: boolean;
  readonly shmSizeMiB?: number;
  readonly seccomp?: Seccomp;
  readonly limits?: ResourceLimits;
  /** Host names that this task answers to, for every task of the cluster. They are whole: `broker-0-server.kafka.host`. */
  readonly hostnames?: readonly string[];
};

export type EngineVip = {
  readonly prefix: string;
  readonly port: number;
  readonly backendPort: number;
  /** The whole name that the VIP answers to. */
  readonly hostname?: string;
};

export type EngineSecret = {
  readonly envKey?: string;
  /** Relative to the working directory, mode 0600, owned by the task's user. */
  readonly file?: string;
  readonly value: Uint8Array;
};

export type EngineArtifact = {
  readonly uri: string;
  readonly dest: string;
  readonly extract: boolean;
  readonly executable: boolean;
  /** A copy of its own, in its working directory; files of the task may lie inside. Absent: it may be shared, read-only. */
  readonly writable?: boolean;
  readonly checksum?: string;
};

export type EngineCheck = {
  readonly cmd: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly delayMs: number;
};

export type LogOptions = {
  readonly stream: 'stdout' | 'stderr';
  readonly tailBytes: number;
  readonly follow: boolean;
  readonly signal: AbortSignal;
};

export type ExecOptions = { readonly stdin?: string; readonly timeoutMs?: number };

export type ExecResult = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

export type FileEntry = {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'link' | 'other';
  readonly size: number;
  readonly mode: number;
  readonly modifiedMs: number;
};

export type VipView = {
  readonly prefix: string;
  readonly port: number;
  readonly address: string;
  readonly backends: readonly { readonly address: string; readonly healthy: boolean }[];
};

/**
 * RUNNING: kept alive. ONCE: run to success once per pod instance. FINISH: run to success once per configuration.
 */
export type Goal = 'RUNNING' | 'ONCE' | 'FINISH';

/** One process with a goal. */
export type TaskSpec = {
  readonly name: string;
  readonly goal: Goal;
  /** The failure of an essential task relaunches the whole pod instance, that of another only itself. */
  readonly essential: boolean;
  /** A shell command line (`/bin/sh -c`); `exec` the real process so that signals reach it. */
  readonly cmd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly configs: readonly ConfigFile[];
  /** The name of a resource set of the pod. */
  readonly resourceSet: string;
  readonly readinessCheck?: ReadinessCheck;
  readonly healthCheck?: HealthCheck;
  /** From the polite signal (TERM) to the hard one (KILL). */
  readonly killGraceMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly live?: Live;
  /** A name that whichever task of the instance is up answers to: `<prefix>-<index>`. */
  readonly discovery?: Discovery;
  /** Certificates that the engine puts into the working directory. */
  readonly transportEncryption?: readonly TransportEncryption[];
  /** SHARE_PARENT: one IPC namespace and /dev/shm for the tasks of an instance. Absent: PRIVATE. */
  readonly ipcMode?: IpcMode;
  /** Of a /dev/shm of its own. */
  readonly shmSizeMiB?: number;
};

export type Discovery = {
  readonly prefix: string;
  /** Who may find it. */
  readonly visibility: 'FRAMEWORK' | 'CLUSTER' | 'EXTERNAL';
};

/** TLS: `<name>.crt`, `<name>.key`, `<name>.ca` (PEM). KEYSTORE: `<name>.keystore`, `<name>.truststore`. */
export type TransportEncryption = { readonly name: string; readonly type: 'TLS' | 'KEYSTORE' };

export type IpcMode = 'PRIVATE' | 'SHARE_PARENT';

/**
 * Values that the task can take while it runs. A change of them calls the procedure instead of restarting the task;
 * templates see them as `{{#live}}{{key}}={{{value}}}{{/live}}`, so the next start has them too.
 */
export type Live = { readonly procedure: string; readonly values: Readonly<Record<string, string>> };

/** A file in the working directory, rendered (mustache) from its template just before the launch. */
export type ConfigFile = { readonly name: string; readonly dest: string; readonly template: string };

/** Gates the completion of a step only; it never kills. */
export type ReadinessCheck = {
  readonly cmd: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly delayMs: number;
};

/** Kills the task after `failuresMax` failures in a row, not counting those within the grace time. */
export type HealthCheck = {
  readonly cmd: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly delayMs: number;
  readonly graceMs: number;
  readonly failuresMax: number;
};

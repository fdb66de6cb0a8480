/** What is known of one pod instance besides its tasks. */
export type InstanceRecord = {
  readonly name: string;
  readonly pod: string;
  readonly index: number;
  /** The configuration that its tasks are (to be) launched with. */
  readonly configId: string;
  /** The configuration whose live values it was started with first, or was given by a call since. */
  readonly liveConfigId: string;
  /** Configurations whose live values may be in force as well: its files said them, or a call was made and not answered. */
  readonly liveDoubtIds?: readonly string[];
  /** Kept across restarts of its tasks; gone only on replace, decommission and uninstall. */
  readonly reservation?: Reservation;
  /** Set until the engine has confirmed the reservation: nothing may count on it before. */
  readonly reserving?: {
    readonly operationId: string;
    /** What it was before it was resized: so it is again if the engine says no. */
    readonly before?: Reservation;
  };
  /** Set while the reservation is being given back: it must not be used any more. */
  readonly releasing?: { readonly operationId: string; readonly sinceMs: number };
  /** The ports it had before a replace, asked for again so that peers find it at the same place. */
  readonly lastPorts?: Readonly<Record<string, number>>;
  readonly backoff?: Backoff;
  /** A person wants these tasks of it (none named: all) not to run: its place, volumes and identity stay. */
  readonly paused?: { readonly by: string; readonly sinceMs: number; readonly tasks: readonly string[] };
  /** Since when it does not serve, for whatever reason: what the replacement policy counts from. */
  readonly downSinceMs?: number;
};

export type Backoff = { readonly failures: number; readonly untilMs: number; readonly lastFailureMs: number };

/** Resources of one agent held for one pod instance, its volumes included. */
export type Reservation = {
  /** Unique within the engine: `<service>__<instance>__<n>`. */
  readonly id: string;
  readonly instance: string;
  readonly agentId: string;
  readonly hostname: string;
  /** The address that tasks of the instance bind to and are reached at. */
  readonly address: string;
  /** Of its agent, when it was made: rules count by them also while the agent is away. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly sets: readonly ReservedSet[];
  /** Of the pod itself: every task sees them. */
  readonly volumes?: readonly ReservedVolume[];
};

export type ReservedSet = {
  readonly name: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly gpus?: number;
  /** Port name to port. */
  readonly ports: Readonly<Record<string, number>>;
  readonly volumes: readonly ReservedVolume[];
};

export type ReservedVolume = {
  readonly id: string;
  readonly path: string;
  readonly type: 'ROOT' | 'MOUNT';
  readonly sizeMiB: number;
  /** Of MOUNT: the disk of the agent that it takes whole. */
  readonly diskId?: string;
};

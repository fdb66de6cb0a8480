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
  readonly sets: readonly ReservedSet[];
};

export type ReservedSet = {
  readonly name: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  /** Port name to port. */
  readonly ports: Readonly<Record<string, number>>;
  readonly volumes: readonly ReservedVolume[];
};

export type ReservedVolume = {
  readonly id: string;
  readonly path: string;
  readonly type: 'ROOT' | 'MOUNT';
  readonly sizeMiB: number;
};

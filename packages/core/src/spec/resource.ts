/** Resources that tasks share and that outlive them. Tasks of one set never run at the same time. */
export type ResourceSet = {
  readonly name: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  /** Whole devices. Absent: none. */
  readonly gpus?: number;
  /** Up to where tasks may go beyond what is reserved. Absent: the engine's own ceiling. */
  readonly limits?: ResourceLimits;
  readonly ports: readonly PortSpec[];
  readonly volumes: readonly VolumeSpec[];
};

/** Each at least what is reserved. */
export type ResourceLimits = {
  readonly cpus?: number | 'unlimited';
  readonly memoryMiB?: number | 'unlimited';
};

export type PortSpec = {
  readonly name: string;
  /** 0: any free port of the agent, kept for the life of the reservation. */
  readonly port: number;
  /** The environment variable that tells the tasks of the pod. */
  readonly envKey?: string;
  /** Where a port of 0 may be chosen from, inclusive. Absent: anywhere the agent offers. */
  readonly ranges?: readonly { readonly begin: number; readonly end: number }[];
  /** Listed among the endpoints of the service. */
  readonly advertise: boolean;
  readonly vip?: Vip;
};

/** One stable address in front of the healthy tasks that share the prefix. */
export type Vip = { readonly prefix: string; readonly port: number };

export type VolumeSpec = {
  /** Path inside the task, relative to its working directory; the identity of the volume in its set. */
  readonly path: string;
  /** ROOT: a share of the agent's disk. MOUNT: a disk of its own, taken whole. */
  readonly type: 'ROOT' | 'MOUNT';
  readonly sizeMiB: number;
  /** Of MOUNT: a disk with any one of these profiles. Absent: any disk. */
  readonly profiles?: readonly string[];
};

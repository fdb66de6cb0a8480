/** Resources that tasks share and that outlive them. Tasks of one set never run at the same time. */
export type ResourceSet = {
  readonly name: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly ports: readonly PortSpec[];
  readonly volumes: readonly VolumeSpec[];
};

export type PortSpec = {
  readonly name: string;
  /** 0: any free port of the agent, kept for the life of the reservation. */
  readonly port: number;
  /** The environment variable that tells the tasks of the pod. */
  readonly envKey?: string;
  /** Listed among the endpoints of the service. */
  readonly advertise: boolean;
  readonly vip?: Vip;
};

/** One stable address in front of the healthy tasks that share the prefix. */
export type Vip = { readonly prefix: string; readonly port: number };

export type VolumeSpec = {
  /** Path inside the task, relative to its working directory; the identity of the volume in its set. */
  readonly path: string;
  readonly type: 'ROOT' | 'MOUNT';
  readonly sizeMiB: number;
};

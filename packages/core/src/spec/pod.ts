import type { Rule } from './rule.ts';
import type { ResourceSet, VolumeSpec } from './resource.ts';
import type { IpcMode, TaskSpec } from './task.ts';

/** Tasks that live and move together on one agent; `broker-0` is an instance of the pod `broker`. */
export type PodSpec = {
  readonly name: string;
  /** How many instances there are: see `instancesOf`. */
  readonly count: number;
  /** Numbers that are not used any more: the instances are numbered from 0 on, leaving these out. */
  readonly retired?: readonly number[];
  readonly allowDecommission: boolean;
  /** Where an instance may be placed. Looked at only for a new or replaced instance; a change moves nothing. */
  readonly placement?: Rule;
  /** Fetched once into the engine's cache, then shown to every task of the pod. */
  readonly uris: readonly Artifact[];
  readonly rlimits: readonly Rlimit[];
  readonly resourceSets: readonly ResourceSet[];
  readonly tasks: readonly TaskSpec[];
  readonly gates: PodGates;
  /** An OCI image as the root of every task. Absent: the host's file system, read-only. */
  readonly image?: string;
  /** Absent: the network of the agent. */
  readonly networks?: readonly NetworkSpec[];
  /** Shown to every task of the pod, besides the volumes of its resource set. */
  readonly volumes?: readonly VolumeSpec[];
  readonly hostVolumes?: readonly HostVolume[];
  readonly externalVolumes?: readonly ExternalVolume[];
  readonly secrets?: readonly SecretSpec[];
  /** Resources that the cluster's operator has set aside for this role. */
  readonly preReservedRole?: string;
  /** Tasks of an instance see each other's processes. */
  readonly sharePidNamespace?: boolean;
  readonly seccomp?: Seccomp;
  readonly ipcMode?: Extract<IpcMode, 'PRIVATE'>;
  /** Of the /dev/shm that tasks of an instance have. */
  readonly shmSizeMiB?: number;
};

export type NetworkSpec = {
  readonly name: string;
  readonly ports: readonly { readonly host: number; readonly container: number }[];
  readonly labels: Readonly<Record<string, string>>;
};

/** A folder of the agent, bound into the tasks. Nothing is reserved, and nothing of it is ever destroyed. */
export type HostVolume = {
  readonly name: string;
  /** Absolute. */
  readonly hostPath: string;
  readonly containerPath: string;
  readonly mode: 'RW' | 'RO';
};

/** A volume that a driver attaches wherever the instance runs; it outlives the instance. */
export type ExternalVolume = {
  readonly name: string;
  readonly driver: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly volumeName?: string;
  readonly containerPath: string;
  readonly mode: 'RW' | 'RO';
};

/** A value of the secret store, given to every task of the pod as an environment variable, a file or both. */
export type SecretSpec = {
  readonly name: string;
  /** Its path in the secret store. */
  readonly secret: string;
  readonly envKey?: string;
  /** Relative to the working directory. */
  readonly file?: string;
};

export type Seccomp = { readonly kind: 'unconfined' } | { readonly kind: 'profile'; readonly name: string };

/**
 * Names of gates (conditions that the package's code answers) that every launch step of this pod carries, in every
 * plan: safety belongs to the pod, not to one plan.
 */
export type PodGates = {
  /** Before a running instance is stopped: is it safe now? */
  readonly stop: readonly string[];
  /** Before an instance's volumes are destroyed to start it empty elsewhere. */
  readonly replace: readonly string[];
  /** After the launch, before the step is complete: is it back and caught up? */
  readonly start: readonly string[];
};

export type Artifact = {
  /** `file:`, `http(s):` or `maven:group:artifact:version[,group:artifact:version...]` (the runtime closure). */
  readonly uri: string;
  /** Where the tasks see it, relative to the working directory. */
  readonly dest: string;
  /** Unpack an archive (tar, tar.gz, zip). A `maven:` artifact is a directory of jars already. */
  readonly extract: boolean;
  readonly executable: boolean;
  /** A copy of its own for each task, which may change it. Absent: all see the same one, read-only. */
  readonly writable?: boolean;
  /** `sha256:...` or `sha512:...` of the file; for `maven:`, of its sorted `name sha256` lines. */
  readonly checksum?: string;
};

export type Rlimit = {
  /** As in `RLIMIT_NOFILE`. */
  readonly name: string;
  /** Both absent: unlimited. */
  readonly soft?: number;
  readonly hard?: number;
};

import type { Rule } from './rule.ts';
import type { ResourceSet } from './resource.ts';
import type { TaskSpec } from './task.ts';

/** Tasks that live and move together on one agent; `broker-0` is an instance of the pod `broker`. */
export type PodSpec = {
  readonly name: string;
  /** Instances are numbered 0 to count-1. */
  readonly count: number;
  readonly allowDecommission: boolean;
  /** Where an instance may be placed. Looked at only for a new or replaced instance; a change moves nothing. */
  readonly placement?: Rule;
  /** Fetched once into the engine's cache, then shown to every task of the pod. */
  readonly uris: readonly Artifact[];
  readonly rlimits: readonly Rlimit[];
  readonly resourceSets: readonly ResourceSet[];
  readonly tasks: readonly TaskSpec[];
  readonly gates: PodGates;
};

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

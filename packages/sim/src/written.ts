/** One changed record of a commit: what it was and what it is to be, undefined where it is not there. */
import type { ConfigRecord, InstanceRecord, RunRecord, ServiceRecord, StepRecord, TaskRecord } from '@warder/core';

type Of<Kind extends string, Value> = {
  readonly kind: Kind;
  /** `run-3`, `node-0/server`; nothing of the service itself. */
  readonly id: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
};

export type Written =
  | Of<'service', ServiceRecord>
  | Of<'config', ConfigRecord>
  | Of<'instance', InstanceRecord>
  | Of<'task', TaskRecord>
  | Of<'run', RunRecord>
  | Of<'step', StepRecord>
  /** What reactions and detectors must not forget. */
  | Of<'watch', unknown>;

export type Kind = Written['kind'];

/** The kind and the id in a path below the service's prefix: `task/node-0/server`. */
export function placeOf(path: string): readonly [kind: string, id: string] {
  const at = path.indexOf('/');
  return at === -1 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)];
}

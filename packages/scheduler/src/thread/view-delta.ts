/** Views on their way to a thread: what it has already is not sent again. */
import type { InstanceView, ServiceView } from '../package/view.ts';

export type ViewDelta = {
  readonly uid: string;
  /** Everything but the instances, where it is new. */
  readonly head?: Omit<ServiceView, 'instances'>;
  readonly length: number;
  /** Instances that are new or have changed, with their places. */
  readonly changed: readonly (readonly [number, InstanceView])[];
};

/** Costs a comparison for each instance, and a copy for each that changed. */
export function deltaOf(view: ServiceView, sent: ServiceView | undefined): ViewDelta {
  const { instances, ...head } = view;
  const isSame = sent !== undefined && sent.spec === view.spec && sent.options === view.options;
  return {
    uid: view.uid,
    ...(isSame && sent.version === view.version ? {} : { head }),
    length: instances.length,
    changed: instances.flatMap((instance, at) => (instance === sent?.instances[at] ? [] : [[at, instance] as const])),
  };
}

/** What `deltaOf` was made from, given what it was compared with. */
export function applyDelta(before: ServiceView | undefined, { head, length, changed }: ViewDelta): ServiceView {
  const rest = head ?? before;
  if (rest === undefined) throw new Error('the thread was never told of this service');
  const instances = before?.instances.slice(0, length) ?? [];
  for (const [at, instance] of changed) instances[at] = instance;
  return { ...rest, instances };
}

/** What the code of a package has, as plain data: known without asking the code again. */
import type { PackageCode } from '../package/code.ts';
import type { PackageRoute } from '../package/route.ts';
import type { DetectorDeed } from '../package/watch.ts';

export type Outline = {
  readonly has: Readonly<Record<'spec' | 'refusals' | 'review' | 'cost' | 'batches' | 'metrics', boolean>>;
  /** The probe that judges a canary. */
  readonly canary?: string;
  readonly gates: readonly string[];
  readonly probes: readonly string[];
  readonly procedures: readonly string[];
  readonly plans: readonly PlanOutline[];
  readonly reactions: readonly WatchOutline[];
  readonly detectors: readonly DetectorOutline[];
  readonly endpoints: readonly string[];
  readonly routes: readonly RouteOutline[];
};

export type PlanOutline = {
  readonly name: string;
  readonly summary: string;
  readonly params: Readonly<Record<string, string>>;
  readonly rollback?: string;
};

export type WatchOutline = { readonly name: string; readonly summary: string };

export type DetectorOutline = WatchOutline & {
  readonly everyMs: number;
  readonly forMs: number;
  readonly deed: DetectorDeed;
};

export type RouteOutline = Omit<PackageRoute, 'handle'>;

export function outlineOf(code: PackageCode): Outline {
  const { gates = {}, probes = {}, procedures = {}, plans = {}, reactions = {}, detectors = {}, endpoints = {} } = code;
  return {
    has: {
      spec: code.spec !== undefined,
      refusals: code.refusals !== undefined,
      review: code.review !== undefined,
      cost: code.cost !== undefined,
      batches: code.batches !== undefined,
      metrics: code.metrics !== undefined,
    },
    ...(code.canary === undefined ? {} : { canary: code.canary }),
    gates: Object.keys(gates),
    probes: Object.keys(probes),
    procedures: Object.keys(procedures),
    plans: Object.entries(plans).map(([name, { summary, params = {}, rollback }]) => ({
      name,
      summary,
      params,
      ...(rollback === undefined ? {} : { rollback }),
    })),
    reactions: Object.entries(reactions).map(([name, { summary }]) => ({ name, summary })),
    detectors: Object.entries(detectors).map(([name, { summary, everyMs, forMs, deed }]) => ({
      name,
      summary,
      everyMs,
      forMs,
      deed,
    })),
    endpoints: Object.keys(endpoints),
    routes: (code.routes ?? []).map(({ handle: _handle, ...route }) => route),
  };
}

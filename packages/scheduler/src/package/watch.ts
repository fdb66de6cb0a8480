/** What a package does by itself: it reacts to how things stand, and detects what should not stay so. */
import type { ServiceView } from './view.ts';

/**
 * Looked at whenever the service has changed, and after a start of the server: once a second at most. It answers what
 * is to be done given how things stand, so nothing is lost when the server was away. The key names the occasion
 * (`failed:<task id>`): one occasion starts one run, however often it is answered, and also after a crash.
 */
export type Reaction = {
  readonly summary: string;
  /** Changes nothing itself. Ten seconds at most. */
  readonly look: (context: LookContext) => Promise<readonly Deed[]>;
};

/**
 * A condition that should not last. When `look` has said `on` at every look for `forMs`, of the same instance if it names
 * one, the deed is done: once, and not again until it was off, or is on for another instance.
 */
export type Detector = {
  readonly summary: string;
  readonly everyMs: number;
  readonly forMs: number;
  readonly deed: DetectorDeed;
  /** Changes nothing itself. Ten seconds at most. An error is neither on nor off. */
  readonly look: (context: LookContext) => Promise<Detection>;
};

export type LookContext = {
  readonly service: ServiceView;
  readonly nowMs: number;
  readonly signal: AbortSignal;
};

export type Deed =
  /** Start a plan; `propose`: its run begins with an approval that names the reason. */
  | {
      readonly kind: 'start' | 'propose';
      readonly plan: string;
      readonly params?: Readonly<Record<string, string>>;
      readonly key: string;
      readonly reason: string;
    }
  /** Replace an instance, once its gates let it go; `propose`: and once a person has approved it. */
  | { readonly kind: 'replace'; readonly propose?: true; readonly instance: string; readonly reason: string };

export type DetectorDeed =
  | {
      readonly kind: 'start' | 'propose';
      readonly plan: string;
      readonly params?: Readonly<Record<string, string>>;
    }
  /** The instance that the look names; `propose`: once a person has approved it. */
  | { readonly kind: 'replace'; readonly propose?: true };

export type Detection = {
  readonly on: boolean;
  /** What was seen; the reason of the deed. */
  readonly reason: string;
  /** Parameters of the plan, besides those of the deed. */
  readonly params?: Readonly<Record<string, string>>;
  /** Which instance, where the deed is a replace. */
  readonly instance?: string;
};

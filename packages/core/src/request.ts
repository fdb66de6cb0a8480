import type { ConfigContents, PlanSpec } from './spec/plan.ts';

/** What a person (or a program) asks through the API. */
export type Request =
  | StartRequest
  | ({ readonly type: 'plan-pause'; readonly reason?: string } & PlanPart)
  | ({ readonly type: 'plan-resume' } & PlanPart)
  | ({ readonly type: 'plan-restart' } & PlanPart)
  | ({ readonly type: 'plan-force-complete' } & PlanPart)
  /** Let `approve` steps that wait pass: all of the run that may go now, or the named ones. */
  | ({ readonly type: 'plan-approve' } & PlanPart)
  /** End the newest run of a plan; what it began is left as it stands. */
  | { readonly type: 'plan-cancel'; readonly plan: string };

/**
 * What begins a run. All of these have a dry run; with its `hash`, exactly what it showed is run, or nothing and the
 * answer says what has changed.
 */
export type StartRequest = { readonly hash?: string } & (
  | /** Make this the target configuration: the first one deploys, a later one starts an update run of what differs. */
    {
      readonly type: 'configure';
      readonly config: ConfigContents;
      readonly roll?: Roll;
    }
  /** Make the contents of a kept configuration the target again. */
  | { readonly type: 'config-rollback'; readonly configId: string }
  /** End the newest run of a plan that changed the target, and make what was the target before it the target again. */
  | {
      readonly type: 'plan-rollback';
      readonly plan: string;
      /** The way back as the package's code has made it, where one update does not get there. */
      readonly recipe?: PlanSpec;
    }
  | {
      readonly type: 'plan-start';
      readonly plan: string;
      readonly params?: Readonly<Record<string, string>>;
      /** The plan as the package's code has made it for this very start; it names plans that the spec has not. */
      readonly recipe?: PlanSpec;
      /** Why, where it is not a person's wish; and the occasion, that it is started once for. */
      readonly text?: string;
      readonly key?: string;
    }
  | { readonly type: 'pod-restart'; readonly instance: string; readonly force: boolean }
  | {
      readonly type: 'pod-replace';
      readonly instance: string;
      readonly force: boolean;
      /** Proposed only: a person must approve it first, and is told this. */
      readonly proposal?: string;
    }
  /** Stop the tasks (none named: all) and keep them stopped, with their place and volumes, until they are resumed. */
  | {
      readonly type: 'pod-pause';
      readonly instance: string;
      readonly tasks: readonly string[];
      readonly force: boolean;
    }
  | { readonly type: 'pod-resume'; readonly instance: string; readonly tasks: readonly string[] }
  | { readonly type: 'uninstall' }
);

/** How the instances that an update restarts are gone through, instead of as the spec's plan says. */
export type Roll = {
  /** Instances that may be taken down at the same time, batch after batch; those that are not named come last, one by one. */
  readonly batches?: readonly (readonly string[])[];
  /** The first instance goes alone; the rest when the probe has been open for so long. */
  readonly canary?: {
    readonly probe: string;
    readonly soakMs: number;
    readonly deadlineMs: number;
    /** When it fails, or takes too long: roll back, instead of waiting for a person. */
    readonly undo: boolean;
  };
};

/** The newest run of a plan (or the run of that id), or a part of it; phase and step by name or id. */
export type PlanPart = { readonly plan: string; readonly phase?: string; readonly step?: string };

import type { ConfigRecord } from './record/config.ts';

/** What a person (or a program) asks through the API. */
export type Request =
  /**
   * Make this the target configuration: the first one deploys, a later one starts an update run of what differs.
   * With `hash`, exactly what a dry run showed is run, or nothing.
   */
  | { readonly type: 'configure'; readonly config: Omit<ConfigRecord, 'id' | 'createdMs'>; readonly hash?: string }
  | { readonly type: 'plan-start'; readonly plan: string }
  | ({ readonly type: 'plan-pause'; readonly reason?: string } & PlanPart)
  | ({ readonly type: 'plan-resume' } & PlanPart)
  | ({ readonly type: 'plan-restart' } & PlanPart)
  | ({ readonly type: 'plan-force-complete' } & PlanPart)
  /** End the newest run of a plan; what it began is left as it stands. */
  | { readonly type: 'plan-cancel'; readonly plan: string }
  | { readonly type: 'pod-restart'; readonly instance: string; readonly force: boolean }
  | { readonly type: 'pod-replace'; readonly instance: string; readonly force: boolean }
  | { readonly type: 'uninstall' };

/** The newest run of a plan (or the run of that id), or a part of it; phase and step by name or id. */
export type PlanPart = { readonly plan: string; readonly phase?: string; readonly step?: string };

/** What the REST API answers: its own types, and those that it leaves to the reader. */
import type { FieldDiff } from '@warder/core';
import type { EtaView, RunView } from '@warder/api/client';
import type { OptionSchema } from '@warder/spec';

export type { DetectorView as DetectorAnswer, ReactionView as ReactionAnswer } from '@warder/scheduler';

export type {
  AgentOrder,
  AgentView,
  EndpointView,
  InstanceStatus,
  PhaseView,
  PodStatus,
  ReservationView,
  RunView,
  ServiceAnswer,
  StepView,
  TaskView,
  Waiting,
} from '@warder/api/client';

export type ServerAnswer = {
  readonly version: string;
  readonly pid: number;
  readonly startedMs: number;
  readonly home: string;
  readonly url: string;
  readonly engine: { readonly kind: string; readonly capabilities: { readonly isolation?: readonly string[] } };
  readonly services: readonly string[];
  readonly memory: { readonly rssBytes: number };
};

export type PackageAnswer = {
  readonly name: string;
  readonly version: string;
  readonly versions: readonly string[];
  readonly description: string;
};

export type PackageDetail = PackageAnswer & { readonly options: OptionSchema; readonly readme?: string };

/** The answer to what starts a run. */
export type Started = {
  readonly message?: string;
  readonly name?: string;
  readonly runId?: string;
  /** What to know though nothing is wrong. */
  readonly notices?: readonly string[];
};

export type DryRunAnswer = {
  readonly name: string;
  readonly plan: string;
  readonly hash: string;
  readonly diff: readonly FieldDiff[];
  readonly run: RunView;
  /** Of a plan that goes through several configurations: what bringing each does. */
  readonly stages?: readonly {
    readonly step: string;
    readonly diff: readonly FieldDiff[];
    readonly restarts: readonly { readonly instance: string }[];
    readonly live: readonly string[];
  }[];
  /** Why it would be refused. */
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
  /** What it comes to, in words of the package: text of several lines. */
  readonly report?: string;
  /** What it costs besides time. */
  readonly cost?: readonly { readonly what: string; readonly count: number }[];
  readonly estimate?: EtaView;
};

export type ExecAnswer = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

export type FileAnswer = {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly mode: number;
  readonly modifiedMs: number;
};

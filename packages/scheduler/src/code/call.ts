/** One question to the code of a package, as plain data: it may have to go to another thread. */
import type { Moment } from '@warder/core';
import type { ConfigView, SpecInput } from '../package/code.ts';

export type Call =
  | { readonly part: 'spec'; readonly input: SpecInput }
  | { readonly part: 'refusals'; readonly from: ConfigView; readonly to: ConfigView }
  | ({ readonly part: 'review' | 'cost' } & RestartsCall)
  | { readonly part: 'batches'; readonly restarts: readonly string[]; readonly max: number }
  | {
      readonly part: 'gate';
      readonly name: string;
      readonly instance: string;
      readonly moment: Moment;
      readonly pending: readonly string[];
      readonly together: readonly string[];
      readonly stepId: string;
    }
  | ({ readonly part: 'probe' | 'procedure' } & StepCall)
  | {
      readonly part: 'plan' | 'plan-review' | 'plan-report';
      readonly name: string;
      readonly params: Readonly<Record<string, string>>;
    }
  | { readonly part: 'reaction' | 'detector'; readonly name: string; readonly nowMs: number }
  | { readonly part: 'metrics' }
  | { readonly part: 'endpoint'; readonly name: string }
  | {
      readonly part: 'route';
      /** `GET /topics/{topic}`. */
      readonly name: string;
      readonly params: Readonly<Record<string, string>>;
      readonly query: Readonly<Record<string, string>>;
      readonly body: unknown;
    };

export type RestartsCall = {
  readonly restarts: readonly string[];
  readonly replaced: readonly string[];
  readonly batches?: readonly (readonly string[])[];
};

export type StepCall = {
  readonly name: string;
  readonly instance?: string;
  readonly args: unknown;
  readonly runId: string;
  readonly stepId: string;
};

export const routeName = ({ method, path }: { readonly method: string; readonly path: string }): string =>
  `${method} ${path}`;

/** For people: `gate stop-safe`. */
export const callName = (call: Call): string => ('name' in call ? `${call.part} ${call.name}` : call.part);

/** May be asked a second time when nobody knows whether it was done the first time. */
export const isRepeatable = (call: Call): boolean => call.part !== 'route' || call.name.startsWith('GET ');

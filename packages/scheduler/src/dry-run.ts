/** What an operation would do, before it begins. */
import { previewConfigure } from '@warder/core';
import type { FieldDiff, NewConfig, State, Work } from '@warder/core';
import { bounded } from './bounded.ts';
import type { Clock } from './clock.ts';
import type { PackageCode } from './package.ts';
import { viewOf } from './view.ts';

export type DryRun = {
  readonly plan: string;
  /** To be given back with the request: the run starts only if it would still be the same. */
  readonly hash: string;
  /** Of the options and versions. */
  readonly diff: readonly FieldDiff[];
  readonly phases: readonly {
    readonly name: string;
    readonly strategy: string;
    readonly steps: readonly { readonly name: string; readonly work: Work; readonly diff: readonly FieldDiff[] }[];
  }[];
  /** Why the configuration would be refused. */
  readonly refusals: readonly string[];
  /** What a person should read before starting it. */
  readonly warnings: readonly string[];
};

const REVIEW_MAX_MS = 10_000;

export async function dryRun(state: State, config: NewConfig, code: PackageCode, clock: Clock): Promise<DryRun> {
  const { hash, diff, refusals, draft } = previewConfigure(state, config, 'dry run', clock.now());
  const restarts = draft.phases.flatMap(({ steps }) =>
    steps.flatMap(({ work }) => (work.kind === 'launch' && state.tasks.has(work.instance) ? [work.instance] : [])),
  );
  return {
    plan: draft.plan,
    hash,
    diff,
    phases: draft.phases,
    refusals: [...refusals, ...packageRefusals(state, config, code)],
    warnings: restarts.length === 0 ? [] : await review(state, code, clock, restarts),
  };
}

/** Why the package refuses the configuration, compared with the target of now. An error of its code refuses it too. */
export function packageRefusals(state: State, to: NewConfig, code: PackageCode): readonly string[] {
  const from = state.configs.get(state.service?.targetConfigId ?? '');
  if (from === undefined || code.refusals === undefined) return [];
  try {
    return code.refusals({ from, to });
  } catch (error) {
    return [
      `the package could not compare the configurations: ${error instanceof Error ? error.message : String(error)}`,
    ];
  }
}

async function review(
  state: State,
  code: PackageCode,
  clock: Clock,
  restarts: readonly string[],
): Promise<readonly string[]> {
  const call = code.review;
  if (call === undefined) return [];
  const service = viewOf(state);
  try {
    return await bounded(clock, REVIEW_MAX_MS, (signal) => call({ service, restarts, signal }));
  } catch (error) {
    return [`the package could not review the run: ${error instanceof Error ? error.message : String(error)}`];
  }
}

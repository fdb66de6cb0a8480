/** What a person wants of a roll, as the core takes it: batches that the package made, a canary that it judges. */
import { isUnwell, preview } from '@warder/core';
import type { NewConfig, No, Roll, RunDraft, State } from '@warder/core';
import type { Outline } from './code/outline.ts';
import type { Questions } from './code/questions.ts';
import { isPackageError } from './package/error.ts';

export type RollWish = {
  /** So many instances at the same time, at most. */
  readonly parallel?: number;
  readonly canary?: {
    /** How long the first instance must be well before the rest goes. */
    readonly soakSeconds: number;
    /** Else a canary that fails waits for a person. */
    readonly autoRollback: boolean;
  };
};

/** A canary that is not ready after this long, or not well this long after its soak, has failed. */
const CANARY_MAX_MS = 600_000;

/** Changes nothing. The batches are those of now; the gates see to it that they are safe later. */
export async function rollOf(
  state: State,
  config: NewConfig,
  wish: RollWish,
  outline: Outline,
  questions: Questions,
  nowMs: number,
): Promise<Roll | No> {
  const seen = preview(state, '', { type: 'configure', config }, nowMs);
  if ('ok' in seen) return seen;
  const restarts = restartsOf(state, seen.draft);
  const batches = wish.parallel === undefined ? undefined : await batchesOf(config, restarts, wish.parallel);
  if (batches !== undefined && 'ok' in batches) return batches;
  if (wish.canary !== undefined && outline.canary === undefined)
    return unsupported('its package has no probe that judges a canary');
  return {
    ...(batches === undefined ? {} : { batches }),
    ...(wish.canary === undefined || outline.canary === undefined
      ? {}
      : {
          canary: {
            probe: outline.canary,
            soakMs: wish.canary.soakSeconds * 1_000,
            deadlineMs: wish.canary.soakSeconds * 1_000 + CANARY_MAX_MS,
            undo: wish.canary.autoRollback,
          },
        }),
  };

  async function batchesOf(
    { spec }: NewConfig,
    names: readonly string[],
    max: number,
  ): Promise<readonly (readonly string[])[] | No> {
    if (outline.has.batches) {
      try {
        if (names.length === 0) return [];
        const found = await questions.batches(names, max);
        // As the core chooses its canary.
        const first = names.find((name) => isUnwell(state, name)) ?? found[0]?.[0];
        const rest = names.filter((name) => name !== first);
        if (wish.canary === undefined || first === undefined || rest.length === 0) return found;
        // It goes alone, and leaves no hole in a batch.
        return [[first], ...(await questions.batches(rest, max))];
      } catch (error) {
        return refused(error);
      }
    }
    const pods = Map.groupBy(names, (name) => name.slice(0, name.lastIndexOf('-')));
    const guarded = spec.pods.filter(({ name, gates }) => pods.has(name) && gates.stop.length > 0);
    if (guarded.length > 0) {
      const gated = guarded.map(({ name, gates }) => `${name} (${gates.stop.join(', ')})`).join(', ');
      return unsupported(
        `gates guard the stops of ${gated}, and its package does not say which instances may go together`,
      );
    }
    return [...pods.values()].flatMap((group) => groupsOf(group, max));
  }
}

/** Names of what runs and would be launched anew, in the order of the run. */
export const restartsOf = (state: State, { phases }: RunDraft): readonly string[] => [
  ...new Set(
    phases.flatMap(({ steps }) =>
      steps.flatMap(({ work }) => (work.kind === 'launch' && state.tasks.has(work.instance) ? [work.instance] : [])),
    ),
  ),
];

/** Names of what would be started empty, whether it runs or not. */
export const replacedOf = ({ phases }: RunDraft): readonly string[] => [
  ...new Set(
    phases.flatMap(({ steps }) =>
      steps.flatMap(({ work }) => (work.kind === 'launch' && work.replace ? [work.instance] : [])),
    ),
  ),
];

const groupsOf = (names: readonly string[], max: number): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(names.length / max) }, (_, at) => names.slice(at * max, (at + 1) * max));

const unsupported = (why: string): No => ({
  ok: false,
  code: 'roll-unsupported',
  message: `it cannot be rolled like that: ${why}`,
});

function refused(error: unknown): No {
  if (isPackageError(error)) {
    const { code, message } = error;
    return { ok: false, code, message };
  }
  const why = error instanceof Error ? error.message : String(error);
  return { ok: false, code: 'roll-refused', message: `the package could not say which may go together: ${why}` };
}

/** A run that judges itself a failure, and goes back by itself. */
import type { Answer } from '../action.ts';
import type { Context } from '../context.ts';
import type { RunRecord } from '../record/run.ts';
import { configure, draftPlanRollback, keptConfig } from './configure.ts';

/** As `plan-rollback` does, by Warder itself. */
export function rollBack(context: Context, run: RunRecord, why: string): Answer {
  const drafted = draftPlanRollback(context.state, 'warder', { type: 'plan-rollback', plan: run.id }, context.nowMs);
  if ('ok' in drafted) return drafted;
  const contents = keptConfig(context.state, run.fromConfigId ?? '');
  if (contents === undefined || (drafted.refusals ?? []).length > 0)
    return { ok: false, code: 'no-way-back', message: (drafted.refusals ?? []).join('; ') };
  const cause = { ...drafted.draft.cause, text: `${drafted.draft.cause.text}, since ${why}` };
  return configure(context, 'warder', contents, cause, { undone: run });
}

import type { Answer } from '../action.ts';
import type { Context } from '../context.ts';
import { draftUninstall } from '../plan/draft-configure.ts';
import { closeRun } from '../plan/end-run.ts';
import { startRun } from '../plan/run.ts';
import type { RunDraft } from '../plan/run.ts';
import type { State } from '../state.ts';
import { putService } from '../write.ts';
import type { Draft, No } from './preview.ts';

export function draftUninstallRequest(state: State, by: string): Draft | No {
  const { service } = state;
  const config = state.configs.get(service?.targetConfigId ?? '');
  if (service === undefined || config === undefined)
    return { ok: false, code: 'service-unknown', message: 'there is no service' };
  if (service.uninstalling)
    return { ok: false, code: 'already', message: `${service.name} is being uninstalled already` };
  return { draft: draftUninstall(state, config, { by, text: `${by} asked to uninstall`, diff: [] }) };
}

/** Cannot be undone: every other run ends, without its cleanup, and no new one begins. */
export function uninstall(context: Context, by: string, draft: RunDraft): Answer {
  const { state } = context;
  const { service } = state;
  if (service === undefined) return { ok: false, code: 'service-unknown', message: 'there is no service' };
  putService(context, { ...service, uninstalling: true });
  for (const runId of state.index.activeRuns) {
    const run = state.runs.get(runId);
    if (run !== undefined) closeRun(context, run, 'SUPERSEDED', by);
  }
  const run = startRun(context, draft);
  return { ok: true, message: `uninstall of ${service.name} has begun`, runId: run.id };
}

/** What begins a run: previewed, compared with the dry run that was approved, and begun. */
import type { Answer } from '../action.ts';
import type { Context } from '../context.ts';
import { afterThose } from '../plan/cleanup.ts';
import type { RunDraft } from '../plan/run.ts';
import type { StartRequest } from '../request.ts';
import { configure, giveWay, keptConfig } from './configure.ts';
import type { NewConfig } from './configure.ts';
import { resumePlan } from './pause-plan.ts';
import { startPod } from './pod.ts';
import { draftOf, hashOf, stale } from './preview.ts';
import { newestRun, startPlan } from './start-plan.ts';
import { uninstall } from './uninstall.ts';

export function start(context: Context, by: string, request: StartRequest): Answer {
  // What starts for an occasion of its own, or as a dry run has shown it, is no word of a person to go on.
  const isPlain = request.type === 'plan-start' && request.key === undefined && request.hash === undefined;
  const last = isPlain ? newestRun(context.state, request.plan) : undefined;
  if (last?.paused !== undefined && last.ended === undefined) return resumePlan(context, last, { plan: last.plan });
  const drafted = draftOf(context.state, by, request, context.nowMs);
  if ('ok' in drafted) return drafted;
  const { draft, refusals = [], warnings = [] } = drafted;
  if (refusals.length > 0) {
    const message = `the new configuration is refused: ${refusals.join('; ')}`;
    return { ok: false, code: 'config-refused', message, detail: refusals };
  }
  const hash = request.hash === undefined ? undefined : hashOf(context.state, drafted);
  if (request.hash !== undefined && request.hash !== hash) return stale(request.hash, hash ?? '');
  const answer = begin(context, by, request, draft);
  if (!answer.ok || warnings.length === 0) return answer;
  return { ...answer, message: [answer.message, ...warnings].join('; ') };
}

function begin(context: Context, by: string, request: StartRequest, draft: RunDraft): Answer {
  const { state } = context;
  switch (request.type) {
    case 'configure':
      return configure(
        context,
        by,
        request.config,
        draft.cause,
        request.roll === undefined ? {} : { roll: request.roll },
      );
    case 'config-rollback':
      return configure(context, by, contentsOf(context, request.configId), draft.cause);
    case 'plan-rollback': {
      const run = newestRun(state, request.plan);
      if (request.recipe !== undefined) {
        return startPlan(context, { ...draft, ...afterThose(state, giveWay(context, by, run)) });
      }
      return configure(
        context,
        by,
        contentsOf(context, run?.fromConfigId ?? ''),
        draft.cause,
        run === undefined ? {} : { undone: run },
      );
    }
    case 'plan-start':
      return startPlan(context, draft);
    case 'pod-restart':
    case 'pod-replace':
    case 'pod-pause':
    case 'pod-resume':
      return startPod(context, by, request, draft);
    case 'uninstall':
      return uninstall(context, by, draft);
    default:
      return request satisfies never;
  }
}

function contentsOf(context: Context, configId: string): NewConfig {
  const contents = keptConfig(context.state, configId);
  if (contents === undefined) throw new Error(`the preview found ${configId}, and it is not there`);
  return contents;
}

/** What begins a run: previewed, compared with the dry run that was approved, and begun. */
import type { Answer } from '../action.ts';
import type { Context } from '../context.ts';
import type { StartRequest } from '../request.ts';
import { configure, keptConfig } from './configure.ts';
import type { NewConfig } from './configure.ts';
import { resumePlan } from './pause-plan.ts';
import { startPod } from './pod.ts';
import { preview, stale } from './preview.ts';
import type { Preview } from './preview.ts';
import { newestRun, startPlan } from './start-plan.ts';
import { uninstall } from './uninstall.ts';

export function start(context: Context, by: string, request: StartRequest): Answer {
  const last = request.type === 'plan-start' ? newestRun(context.state, request.plan) : undefined;
  if (last?.paused !== undefined && last.ended === undefined) return resumePlan(context, last, { plan: last.plan });
  const seen = preview(context.state, by, request, context.nowMs);
  if ('ok' in seen) return seen;
  if (seen.refusals.length > 0) {
    const message = `the new configuration is refused: ${seen.refusals.join('; ')}`;
    return { ok: false, code: 'config-refused', message, detail: seen.refusals };
  }
  if (request.hash !== undefined && request.hash !== seen.hash) return stale(request.hash, seen.hash);
  const answer = begin(context, by, request, seen);
  if (!answer.ok || seen.warnings.length === 0) return answer;
  return { ...answer, message: [answer.message, ...seen.warnings].join('; ') };
}

function begin(context: Context, by: string, request: StartRequest, { draft }: Preview): Answer {
  const { state } = context;
  switch (request.type) {
    case 'configure':
      return configure(context, by, request.config, draft.cause);
    case 'config-rollback':
      return configure(context, by, contentsOf(context, request.configId), draft.cause);
    case 'plan-rollback': {
      const run = newestRun(state, request.plan);
      return configure(context, by, contentsOf(context, run?.fromConfigId ?? ''), draft.cause, run);
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

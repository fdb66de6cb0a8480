/** What a request would begin: the dry run of everything. The request itself goes the same way. Changes nothing. */
import type { Answer } from '../action.ts';
import { fingerprint } from '../change/fingerprint.ts';
import type { RunDraft } from '../plan/run.ts';
import type { FieldDiff, RunRecord } from '../record/run.ts';
import type { StartRequest } from '../request.ts';
import type { State } from '../state.ts';
import { draftConfig, draftConfigRollback, draftPlanRollback, stagedRuns } from './configure.ts';
import { draftPod } from './pod.ts';
import { draftStart, newestRun } from './start-plan.ts';
import { draftUninstallRequest } from './uninstall.ts';

export type Preview = {
  /** Names exactly this: the same request, in the same world, with the same steps. */
  readonly hash: string;
  readonly draft: RunDraft;
  /** Of options and versions. */
  readonly diff: readonly FieldDiff[];
  /** Why it would be refused. */
  readonly refusals: readonly string[];
  /** What a person should know before it begins. */
  readonly warnings: readonly string[];
};

export type No = Extract<Answer, { ok: false }>;

/** What there is to preview, before it has its name. */
export type Draft = {
  readonly draft: RunDraft;
  readonly diff?: readonly FieldDiff[];
  readonly refusals?: readonly string[];
  readonly warnings?: readonly string[];
  /** What else makes two requests different. */
  readonly wish?: unknown;
};

export function preview(state: State, by: string, request: StartRequest, nowMs: number): Preview | No {
  const drafted = draftOf(state, by, request, nowMs);
  if ('ok' in drafted) return drafted;
  const { draft, diff = [], refusals = [], warnings = [] } = drafted;
  return { draft, diff, refusals, warnings, hash: hashOf(state, drafted) };
}

/** The same without its name, which is made of every instance: most requests need none. */
export function draftOf(state: State, by: string, request: StartRequest, nowMs: number): Draft | No {
  const { service } = state;
  if (service === undefined) return { ok: false, code: 'service-unknown', message: 'there is no service' };
  if (service.uninstalling && request.type !== 'uninstall') {
    return { ok: false, code: 'service-uninstalling', message: `${service.name} is being uninstalled` };
  }
  const staged = stagedRuns(state).find((run) => isBeside(state, request, run));
  if (staged !== undefined) {
    const wait = staged.ending === undefined ? 'cancel it or roll it back first' : 'it cleans up yet, wait for its end';
    const message = `${staged.id} (${staged.plan}) changes the configuration stage by stage: ${wait}`;
    return { ok: false, code: 'run-active', message };
  }
  switch (request.type) {
    case 'configure':
      return draftConfig(state, by, request.config, nowMs, request.roll === undefined ? {} : { roll: request.roll });
    case 'config-rollback':
      return draftConfigRollback(state, by, request.configId, nowMs);
    case 'plan-rollback':
      return draftPlanRollback(state, by, request, nowMs);
    case 'plan-start':
      return draftStart(state, by, request, nowMs);
    case 'pod-restart':
    case 'pod-replace':
    case 'pod-pause':
    case 'pod-resume':
      return draftPod(state, by, request);
    case 'uninstall':
      return draftUninstallRequest(state, by);
    default:
      return request satisfies never;
  }
}

/**
 * It would change the target beside the run in stages, and is none of the ways that this has itself. A run that is given
 * up brings no configuration any more, and may not be able to clean up before one comes that mends what is broken.
 */
function isBeside(state: State, request: StartRequest, staged: RunRecord): boolean {
  if (request.type === 'configure' || request.type === 'config-rollback') return staged.ending === undefined;
  if (request.type === 'plan-rollback') return newestRun(state, request.plan) !== staged;
  if (request.type !== 'plan-start' || request.plan === staged.plan) return false;
  const { phases = [] } = request.recipe ?? {};
  return phases.some(({ steps = [] }) => steps.some(({ kind }) => kind === 'configure'));
}

/** In three parts, so that a hash that does not hold any more says what has changed: the world, the wish, the steps. */
export function hashOf(state: State, { draft, wish }: Draft): string {
  const places = [...state.instances.values()].map(({ name, configId, liveConfigId, reservation, paused }) => ({
    name,
    configId,
    liveConfigId,
    agentId: reservation?.agentId,
    paused: paused !== undefined,
  }));
  const world = fingerprint({ target: state.service?.targetConfigId, places });
  const { plan, strategy, phases, params } = draft;
  return [world, fingerprint({ plan, params, wish }), fingerprint({ strategy, phases })].join('-');
}

/** Why a dry run does not hold any more. */
export function stale(asked: string, now: string): No {
  const before = asked.split('-');
  const parts = ['instances or the target configuration', 'what is asked for', 'the steps'];
  const changed = now.split('-').flatMap((part, at) => (part === before[at] ? [] : [parts[at] ?? '']));
  const message = `the dry run ${asked} does not hold any more: ${changed.join(' and ')} changed; it would be ${now} now`;
  return { ok: false, code: 'plan-stale', message, detail: { changed, hash: now } };
}

/** The one decision: what an event means, given all that is known. Same state, event and time: same answer. */
import type { Action, Answer } from './action.ts';
import { askPlan } from './request/plan.ts';
import { start } from './request/start.ts';
import { createContext } from './context.ts';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import type { Offer } from './offer/offer.ts';
import { workOff } from './plan/advance.ts';
import { onCallResult } from './plan/call.ts';
import { onAgentChange } from './plan/maintenance.ts';
import { onGateAnswer } from './plan/gate.ts';
import { onProbeAnswer } from './plan/wait.ts';
import { onSecrets } from './plan/secret.ts';
import type { Request } from './request.ts';
import type { State } from './state.ts';
import { resume } from './resume.ts';
import { onOperation } from './task/operation.ts';
import { onStatus } from './task/status.ts';

export type Decision = {
  /** Changed records by path; `undefined` is a deletion. To be in the store before any action is performed. */
  readonly changes: ReadonlyMap<string, unknown>;
  readonly actions: readonly Action[];
};

/** Updates the state in place. Afterwards `state.index.wakes.next()` says when a `tick` is wanted. */
export function decide(state: State, event: Event, nowMs: number): Decision {
  const context = createContext(state, nowMs);
  react(context, event);
  // What was open and safe before a restart is looked at again first: `started` has everything looked at.
  if (!state.asleep) workOff(context);
  return { changes: context.changes, actions: context.actions };
}

function react(context: Context, event: Event): void {
  switch (event.type) {
    case 'started':
      context.state.asleep = false;
      resume(context);
      break;
    case 'offer':
      onOffer(context, event.offer);
      break;
    case 'status':
      onStatus(context, event.status);
      break;
    case 'operation':
      onOperation(context, event.operationId, event.ok, event.reason ?? 'the engine gave no reason');
      break;
    case 'gate':
      onGateAnswer(context, event.stepId, event.moment, event.answer);
      break;
    case 'probe':
      onProbeAnswer(context, event.stepId, event.answer);
      break;
    case 'result':
      onCallResult(context, event.stepId, event.result);
      break;
    case 'request':
      context.actions.push({
        type: 'answer',
        requestId: event.requestId,
        answer: onRequest(context, event.by, event.request),
      });
      break;
    case 'secrets':
      onSecrets(context, event.paths);
      break;
    case 'tick':
      for (let id = take(context); id !== undefined; id = take(context))
        context.agenda.add(id.includes(':') ? id : `step:${id}`);
      break;
    default:
      event satisfies never;
  }
}

const take = (context: Context): string | undefined => context.state.index.wakes.take(context.nowMs);

function onOffer(context: Context, offer: Offer): void {
  const { state } = context;
  const before = state.offers.get(offer.agentId);
  state.offers.set(offer.agentId, offer);
  for (const stepId of state.index.unplaced) context.agenda.add(`step:${stepId}`);
  if (before?.state !== offer.state || before.maintenance !== offer.maintenance) onAgentChange(context, before, offer);
}

function onRequest(context: Context, by: string, request: Request): Answer {
  switch (request.type) {
    case 'plan-pause':
    case 'plan-resume':
    case 'plan-restart':
    case 'plan-force-complete':
    case 'plan-approve':
    case 'plan-cancel':
      return askPlan(context, by, request);
    case 'configure':
    case 'config-rollback':
    case 'plan-rollback':
    case 'plan-start':
    case 'pod-restart':
    case 'pod-replace':
    case 'pod-pause':
    case 'pod-resume':
    case 'uninstall':
      return start(context, by, request);
    default:
      return request satisfies never;
  }
}

/** A service that the store does not know yet. */
export function createService(
  state: State,
  input: { readonly name: string; readonly uid: string; readonly packageName: string },
  nowMs: number,
): Decision {
  const service = {
    ...input,
    createdMs: nowMs,
    targetConfigId: '',
    nextId: 1,
    deployed: false,
    uninstalling: false,
  };
  state.service = service;
  return { changes: new Map([['service', service]]), actions: [] };
}

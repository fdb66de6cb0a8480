/** Doing what was decided and is in the store. Results come back as events. */
import type { Action, Event, State } from '@warder/core';
import type { EngineSession } from '@warder/engine';
import { askGates } from './ask.ts';
import { bounded } from './bounded.ts';
import { launchOf } from './launch.ts';
import type { SchedulerOptions } from './scheduler.ts';
import { viewOf } from './view.ts';

export type Hands = Pick<SchedulerOptions, 'name' | 'code' | 'clock' | 'log'> & {
  readonly state: State;
  readonly session: EngineSession;
  readonly deliver: (event: Event) => void;
};

/** A procedure that takes longer has failed, and is called again. */
const CALL_MAX_MS = 300_000;

export function perform(action: Exclude<Action, { type: 'answer' | 'forget' }>, hands: Hands): void {
  const { session, state } = hands;
  switch (action.type) {
    case 'launch':
      launch(action, hands);
      break;
    case 'kill':
      session.kill(action.taskId, action.graceMs);
      break;
    case 'release':
      session.release(action.operationId, action.reservation);
      break;
    case 'reconcile':
      session.reconcile(
        action.tasks.map(({ taskId }) => taskId),
        action.reservationIds,
      );
      break;
    case 'ask': {
      const { stepId, moment } = action;
      void askGates(hands.clock, hands.code, action.gates, viewOf(state), action).then((answer) => {
        if (!answer.open)
          hands.log.debug({ service: hands.name, step: stepId, moment, reason: answer.reason }, 'gate closed');
        hands.deliver({ type: 'gate', stepId, moment, answer });
      });
      break;
    }
    case 'call':
      void call(action, hands);
      break;
    default:
      action satisfies never;
  }
}

function launch(action: Extract<Action, { type: 'launch' }>, { state, session, deliver }: Hands): void {
  const spec = state.configs.get(action.configId)?.spec;
  if (spec === undefined) throw new Error(`a launch with the unknown configuration ${action.configId} was decided`);
  try {
    session.launch(launchOf(spec, action, state.offers.get(action.reservation.agentId)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    deliver({ type: 'operation', operationId: action.operationId, ok: false, reason });
  }
}

async function call(
  action: Extract<Action, { type: 'call' }>,
  { clock, code, state, deliver, log, name }: Hands,
): Promise<void> {
  const { stepId, runId, procedure, args } = action;
  try {
    const service = viewOf(state);
    const instance = service.instances.find((other) => other.name === action.instance);
    const work = code.procedures?.[procedure];
    if (work === undefined) throw new Error(`the package has no procedure ${procedure}`);
    const context = { service, args, runId, stepId, ...(instance === undefined ? {} : { instance }) };
    const value = await bounded(clock, CALL_MAX_MS, (signal) => work({ ...context, signal }));
    deliver({ type: 'result', stepId, result: { ok: true, value: value ?? null } });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.warn({ service: name, step: stepId, procedure, reason }, 'procedure failed');
    deliver({ type: 'result', stepId, result: { ok: false, reason } });
  }
}

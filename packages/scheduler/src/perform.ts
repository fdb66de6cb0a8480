/** Doing what was decided and is in the store. Results come back as events. */
import type { Action, Event, State } from '@warder/core';
import type { EngineSession, Launch } from '@warder/engine';
import { bounded } from './bounded.ts';
import type { Questions } from './code/questions.ts';
import { launchOf } from './launch.ts';
import type { LaunchAction } from './launch.ts';
import { needsSecrets, readSecrets, withCertificates } from './secret.ts';
import type { InOrder } from './in-order.ts';
import type { SchedulerOptions } from './scheduler.ts';

export type Hands = Pick<SchedulerOptions, 'name' | 'clock' | 'log' | 'secrets' | 'certificates'> & {
  readonly questions: Questions;
  readonly state: State;
  readonly session: EngineSession;
  readonly order: InOrder;
  readonly deliver: (event: Event) => void;
};

/** What a launch needs is there by then, or it has failed: it holds up what else the engine is to be told. */
const PREPARE_MAX_MS = 60_000;

export function perform(action: Exclude<Action, { type: 'answer' | 'forget' }>, hands: Hands): void {
  const { session, order } = hands;
  switch (action.type) {
    case 'launch':
      order.add(launch(action, hands));
      break;
    case 'kill':
      order.add(() => session.kill(action.taskId, action.graceMs));
      break;
    case 'release':
      order.add(() => session.release(action.operationId, action.reservation));
      break;
    case 'reconcile':
      order.add(() =>
        session.reconcile(
          action.tasks.map(({ taskId }) => taskId),
          action.reservationIds,
        ),
      );
      break;
    case 'ask': {
      const { stepId, moment, gates } = action;
      void hands.questions.gates(gates, action).then((answer) => {
        if (!answer.open)
          hands.log.debug({ service: hands.name, step: stepId, moment, reason: answer.reason }, 'gate closed');
        hands.deliver({ type: 'gate', stepId, moment, answer });
      });
      break;
    }
    case 'probe': {
      const { stepId, probe } = action;
      void hands.questions.probe(action).then((answer) => {
        if (!answer.open)
          hands.log.debug({ service: hands.name, step: stepId, probe, reason: answer.reason }, 'probe closed');
        hands.deliver({ type: 'probe', stepId, answer });
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

/** Told to the engine at once, or after what it takes to read secrets and to make keys. */
function launch(action: LaunchAction, hands: Hands): (() => void) | Promise<() => void> {
  const { state, session, deliver, clock, secrets, certificates } = hands;
  const spec = state.configs.get(action.configId)?.spec;
  if (spec === undefined) throw new Error(`a launch with the unknown configuration ${action.configId} was decided`);
  const offer = state.offers.get(action.reservation.agentId);
  const tell = (ready: Launch) => (): void => session.launch(ready);
  const fail = (error: unknown) => (): void => {
    const reason = error instanceof Error ? error.message : String(error);
    deliver({ type: 'operation', operationId: action.operationId, ok: false, reason });
  };
  if (!needsSecrets(action)) {
    try {
      return tell(launchOf(spec, action, offer, new Map()));
    } catch (error) {
      return fail(error);
    }
  }
  const prepare = async (): Promise<Launch> => {
    const values = await readSecrets(action.pod, secrets);
    return withCertificates(launchOf(spec, action, offer, values), action, spec.name, certificates);
  };
  return bounded(clock, PREPARE_MAX_MS, prepare).then(tell, fail);
}

async function call(
  action: Extract<Action, { type: 'call' }>,
  { questions, deliver, log, name }: Hands,
): Promise<void> {
  const { stepId, procedure } = action;
  try {
    const { value, phases, last } = await questions.procedure(action);
    const added = { ...(phases.length === 0 ? {} : { phases }), ...(last.length === 0 ? {} : { last }) };
    deliver({ type: 'result', stepId, result: { ok: true, value: value ?? null, ...added } });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.warn({ service: name, step: stepId, procedure, reason }, 'procedure failed');
    deliver({ type: 'result', stepId, result: { ok: false, reason } });
  }
}

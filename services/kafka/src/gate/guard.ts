/** What every gate has in common: it answers in time, and never with an exception. */
import type { Gate, GateAnswer, GateContext } from '@warder/sdk';
import { quick, withClient, type KafkaClient } from '../client/client.ts';
import { brokers, controllers, type Member } from '../cluster/member.ts';

/** Whoever asks a gate waits for it. */
const answerMs = 4500;

export type Ask = (context: GateContext, client: KafkaClient, signal: AbortSignal) => Promise<GateAnswer>;

export const guarded =
  (ask: Ask): Gate =>
  async (context) => {
    const deadline = AbortSignal.timeout(answerMs);
    const signal = AbortSignal.any([context.signal, deadline]);
    try {
      return await withClient(quick, (client) => ask(context, client, signal));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (deadline.aborted)
        return closed(`the cluster did not answer within ${answerMs} ms (${why}); it is asked again`);
      return closed(`the cluster cannot be asked: ${why}; it is asked again`);
    }
  };

export const open = (reason: string): GateAnswer => ({ open: true, reason });

export const closed = (reason: string): GateAnswer => ({ open: false, reason });

/** Closed, but the other pending instances may go first. */
export const deferred = (reason: string): GateAnswer => ({ open: false, reason, defer: true });

/** Open only if all are; reasons in order. */
export const both = (first: GateAnswer, second: GateAnswer): GateAnswer => {
  if (first.open && second.open) return open(`${first.reason}; ${second.reason}`);
  return first.open ? second : first;
};

export type AskRole = (
  context: GateContext,
  member: Member,
  client: KafkaClient,
  signal: AbortSignal,
) => Promise<GateAnswer>;

/** Asks for each role that the instance has, at once; a combined node must be open as both. */
export const eachRole =
  (askController: AskRole, askBroker: AskRole): Ask =>
  async (context, client, signal) => {
    const { instance, service } = context;
    const voter = controllers(service).find((member) => member.instance === instance.name);
    const broker = brokers(service).find((member) => member.instance === instance.name);
    const [asController, asBroker] = await Promise.all([
      voter && askController(context, voter, client, signal),
      broker && askBroker(context, broker, client, signal),
    ]);
    if (asController && asBroker) return both(asBroker, asController);
    return asController ?? asBroker ?? open(`${instance.name} is neither a broker nor a controller`);
  };

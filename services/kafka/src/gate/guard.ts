/** What every gate has in common: it answers in time, and never with an exception. */
import type { Gate, GateAnswer, GateContext } from '@warder/sdk';
import { quick, withClient, type KafkaClient } from '../client/client.ts';

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

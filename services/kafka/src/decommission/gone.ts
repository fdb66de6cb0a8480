/** Brokers that have gone for good, and are registered still: the run that was to end that was given up, or superseded. */
import type { ServiceView } from '@warder/sdk';
import { unregisterBroker } from '../client/api/unregister-broker.ts';
import type { KafkaClient } from '../client/client.ts';
import { ErrorCode, errorText } from '../client/error.ts';
import { brokers } from '../cluster/member.ts';
import { readView, type ClusterView } from '../cluster/view.ts';

/** Fenced, of no instance that there is, and without a replica anywhere. Pure. */
export const goneOf = (
  { fenced, partitions }: Pick<ClusterView, 'fenced' | 'partitions'>,
  known: readonly { readonly id: number }[],
): readonly number[] =>
  [...fenced].filter(
    (id) => known.every((member) => member.id !== id) && partitions.every(({ replicas }) => !replicas.includes(id)),
  );

export const forgetGone = async (client: KafkaClient, service: ServiceView, signal: AbortSignal): Promise<void> => {
  const view = await readView(client, brokers(service), signal);
  const [teller] = view.seenBy;
  if (teller === undefined) return;
  for (const id of goneOf(view, brokers(service))) {
    const { errorCode, errorMessage } = await client.node(teller.address).call(unregisterBroker, { id }, signal);
    if (errorCode !== ErrorCode.none && errorCode !== ErrorCode.brokerNotRegistered)
      throw new Error(`broker ${id} has gone, and is not forgotten: ${errorText(errorCode, errorMessage)}`);
  }
};

/** Which instances restart together in a parallel roll. */
import { PackageError, type Batches, type ServiceView } from '@warder/sdk';
import { patient, withClient, type KafkaClient } from '../client/client.ts';
import { batchesOf, harmed, type BatchInput } from '../cluster/batch.ts';
import { brokers, controllers, reachable, type Member } from '../cluster/member.ts';
import { readQuorum } from '../cluster/quorum.ts';
import { minInSync } from '../cluster/topic-config.ts';
import { readView } from '../cluster/view.ts';
import { few } from '../cluster/words.ts';

/** Controllers first and one by one, the active one last of them; then brokers that can be away together. */
export const batches: Batches = async ({ service, restarts, max, signal }) => {
  const all = brokers(service);
  const names = new Map(all.map(({ id, instance }) => [id, instance]));
  const voters = controllers(service).filter(({ instance }) => restarts.includes(instance));
  return withClient(patient, async (client) => {
    const active = await activeOf(client, service, voters, signal);
    const separate = voters.filter(({ instance }) => !all.some((each) => each.instance === instance));
    const first = separate.toSorted((a, b) => Number(a.id === active) - Number(b.id === active) || a.id - b.id);
    const input = await batchInput(client, service, { restarts, max }, signal);
    const together = batchesOf({
      ...input,
      voters: new Set(voters.map(({ id }) => id)),
      ...(active === undefined ? {} : { active }),
    });
    return [
      ...first.map(({ instance }) => [instance]),
      ...together.map((batch) => batch.flatMap((id) => names.get(id) ?? [])),
    ];
  });
};

/** Of one controller alone nobody goes first or last. */
const activeOf = async (
  client: KafkaClient,
  service: ServiceView,
  voters: readonly Member[],
  signal: AbortSignal,
): Promise<number | undefined> => {
  if (voters.length === 0) return undefined;
  const view = await readQuorum(client, controllers(service), signal);
  if (!view.known) throw unknown(view.why);
  return view.quorum.leader;
};

type Wanted = { readonly restarts: readonly string[]; readonly max: number };

/** The brokers that restart, and the partitions they have, as two brokers tell. */
const batchInput = async (
  client: KafkaClient,
  service: ServiceView,
  { restarts, max }: Wanted,
  signal: AbortSignal,
): Promise<Omit<BatchInput, 'voters' | 'active'>> => {
  const all = brokers(service);
  const restarted = all.filter(({ instance }) => restarts.includes(instance)).map(({ id }) => id);
  if (restarted.length === 0) return { brokers: [], max, partitions: [], minInSync: new Map() };
  const view = await readView(client, all, signal);
  const teller = view.seenBy[0];
  if (teller === undefined) throw unknown(`no broker answers: ${view.silent.join(', ') || 'none was started'}`);
  const partitions = view.partitions.filter(({ replicas }) => replicas.some((id) => restarted.includes(id)));
  const topics = [...new Set(partitions.map(({ topic }) => topic))];
  return {
    brokers: restarted,
    max,
    partitions,
    minInSync: await minInSync(client.node(teller.address), topics, signal),
  };
};

const unknown = (why: string): PackageError => {
  const next = 'wait until the cluster answers; or roll one by one, without --parallel';
  return new PackageError('kafka-silent', `it is not known which brokers may go together: ${why}`, 409, next);
};

/** What a person should know of the batches: why there are not fewer. */
export const batchReview = async (
  service: ServiceView,
  given: readonly (readonly string[])[],
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const all = brokers(service);
  if (reachable(all).length === 0) return [];
  const ids = new Map(all.map(({ id, instance }) => [instance, id]));
  const own = given.map((batch) => batch.flatMap((name) => ids.get(name) ?? [])).filter((batch) => batch.length > 0);
  const max = Math.max(0, ...own.map((batch) => batch.length));
  const alone = own.filter((batch) => batch.length === 1).flat();
  if (own.length < 2 || alone.length < 2) return [];
  return withClient(patient, async (client) => {
    const input = await batchInput(client, service, { restarts: given.flat(), max }, signal);
    const shared = harmed(new Set(alone), input).map(({ topic, index }) => `${topic}-${index}`);
    if (shared.length === 0) return [];
    const what = `${alone.length} of ${own.flat().length} brokers restart alone: they share partitions that must stay in sync`;
    return [
      `${what} (${few(shared)}); brokers of one rack share none when agents have a zone and topics were made since`,
    ];
  });
};

/** Takes the leadership of everything from a broker, without moving a byte: the same replicas in another order. */
import { PackageError, type PackageRequest } from '@warder/sdk';
import { alterPartitionReassignments } from '../client/api/alter-partition-reassignments.ts';
import { listPartitionReassignments } from '../client/api/list-partition-reassignments.ts';
import type { MetadataPartition } from '../client/api/metadata.ts';
import { errorText } from '../client/error.ts';
import { count, few } from '../cluster/words.ts';
import { demand, topicsOf, withCluster, type Cluster } from '../route/ask.ts';
import { spotName, type Spot } from '../route/leaders.ts';
import { sorted } from '../route/topic.ts';
import { preferred, type Election } from './elect.ts';

export type Demotion = {
  readonly message: string;
  readonly dryRun: boolean;
  /** Each with its replicas in the new order, the preferred leader first. */
  readonly moved: readonly (Spot & { readonly replicas: readonly number[]; readonly before: readonly number[] })[];
  /** What it leads on, and why. */
  readonly stays: readonly (Spot & { readonly why: string })[];
};

/** How long the controllers may take. */
const reassignMs = 15_000;

/** Partitions of one request. */
const atOnce = 1000;

type Move = Demotion['moved'][number] & { readonly now: MetadataPartition };

export const demote = (request: PackageRequest): Promise<Demotion> =>
  withCluster(request, async (cluster) => {
    const id = request.params['id'] ?? '';
    const { brokers, topics } = await topicsOf(cluster, null);
    if (!brokers.some((each) => String(each.id) === id)) {
      throw new PackageError('broker-unknown', `no broker ${id} is up`, 404);
    }
    const partitions = topics
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((topic) => sorted(topic).map((now) => ({ topic: topic.name, partition: now.index, now })));
    const { moves, stays } = demotion(Number(id), partitions, await moving(cluster));
    const dryRun = request.query['dryRun'] === 'true';
    const told = moves.map(({ topic, partition, replicas, before }) => ({ topic, partition, replicas, before }));
    if (dryRun) {
      const message = `broker ${id} would give away the leadership of ${count(moves.length, 'partition')}`;
      return { message, dryRun, moved: told, stays };
    }
    const refused = await reorder(cluster, moves);
    const done = moves.filter((move) => !refused.some((each) => spotName(each) === spotName(move)));
    const { refused: unelected }: Pick<Election, 'refused'> = await preferred(
      cluster,
      done.map(({ topic, partition, replicas, now }) => ({ topic, partition, now: { ...now, replicas } })),
    );
    const left = [...stays, ...refused, ...unelected];
    const rest = left.length === 0 ? '' : `; not of ${few(left.map(spotName))}`;
    const message = `broker ${id} has given away the leadership of ${count(done.length - unelected.length, 'partition')}${rest}`;
    return {
      message,
      dryRun,
      moved: told.filter((move) => done.some((each) => spotName(each) === spotName(move))),
      stays: left,
    };
  });

/** Partitions that are being moved: another order would end that. */
const moving = async (cluster: Cluster): Promise<ReadonlySet<string>> => {
  const controller = await cluster.controller();
  const answer = await controller.call(listPartitionReassignments, { timeoutMs: reassignMs }, cluster.signal);
  demand('the moves that are under way', answer);
  return new Set(answer.reassignments.map(spotName));
};

/** Pure. The next leader is the one in sync that would lead the fewest. */
export const demotion = (
  id: number,
  partitions: readonly (Spot & { readonly now: MetadataPartition })[],
  underway: ReadonlySet<string>,
): { readonly moves: readonly Move[]; readonly stays: Demotion['stays'] } => {
  const leads = new Map<number, number>();
  const add = (broker: number): void => void leads.set(broker, (leads.get(broker) ?? 0) + 1);
  for (const { now } of partitions) if (now.leader >= 0 && now.leader !== id) add(now.leader);
  const moves: Move[] = [];
  const stays: (Spot & { readonly why: string })[] = [];
  for (const { topic, partition, now } of partitions) {
    if (now.replicas[0] !== id && now.leader !== id) continue;
    const stay = (why: string): void => void stays.push({ topic, partition, why });
    const [fewest] = now.isr
      .filter((each) => each !== id)
      .toSorted((a, b) => (leads.get(a) ?? 0) - (leads.get(b) ?? 0) || a - b);
    const leadsAlready = now.leader !== id && now.isr.includes(now.leader);
    const next = leadsAlready ? now.leader : fewest;
    if (now.replicas.length === 1) stay('it has the only replica');
    else if (next === undefined) stay('no other replica is in sync');
    else if (underway.has(spotName({ topic, partition }))) stay('it is being moved');
    else {
      const others = now.replicas.filter((each) => each !== id && each !== next);
      if (!leadsAlready) add(next);
      moves.push({ topic, partition, before: now.replicas, replicas: [next, ...others, id], now });
    }
  }
  return { moves, stays };
};

const reorder = async (cluster: Cluster, moves: readonly Move[]): Promise<Demotion['stays']> => {
  const refused: (Spot & { readonly why: string })[] = [];
  const controller = await cluster.controller();
  for (let at = 0; at < moves.length; at += atOnce) {
    const topics = [...Map.groupBy(moves.slice(at, at + atOnce), ({ topic }) => topic)].map(([name, those]) => ({
      name,
      partitions: those.map(({ partition, replicas }) => ({ index: partition, replicas })),
    }));
    const answer = await controller.call(
      alterPartitionReassignments,
      { topics, timeoutMs: reassignMs },
      cluster.signal,
    );
    demand('the order of replicas was not changed', answer);
    for (const { topic, partition, errorCode, errorMessage } of answer.results) {
      if (errorCode !== 0) refused.push({ topic, partition, why: errorText(errorCode, errorMessage) });
    }
  }
  return refused;
};

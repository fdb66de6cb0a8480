/** Moves are begun, or given up. Each may be asked for again at any time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { partitionName } from '../balance/model.ts';
import type { LeaderChange } from '../balance/proposal.ts';
import { alterPartitionReassignments } from '../client/api/alter-partition-reassignments.ts';
import { metadata } from '../client/api/metadata.ts';
import { ErrorCode, errorText } from '../client/error.ts';
import { brokersText, count, few } from '../cluster/words.ts';
import { chunks } from '../model/piece.ts';
import type { Cluster } from '../route/ask.ts';
import { findMoves, isSame, isSameSet, reassignments, targetOf } from './state.ts';

/** Controllers refuse requests of very many records. */
const piece = 200;

const alterMs = 15_000;

export type Begun = {
  readonly begun: number;
  readonly done: number;
  /** Not made: what they were about is gone, or has been changed by somebody else. */
  readonly leftOut: readonly string[];
};

/**
 * Begins what is not under way or done. Rejects when some cannot be begun now; the others are then under way.
 */
export const beginMoves = async (cluster: Cluster, moves: readonly LeaderChange[]): Promise<Begun> => {
  const found = await findMoves(cluster, moves);
  const { brokers } = await cluster.node.call(metadata, { topics: [] }, cluster.signal);
  const up = new Set(brokers.map(({ id }) => id));
  const of = (...states: readonly string[]) => found.filter(({ state }) => states.includes(state));
  const waiting = of('waiting').map(({ move }) => move);
  const away = ({ from, to }: LeaderChange): readonly number[] => to.filter((id) => !from.includes(id) && !up.has(id));
  const ready = waiting.filter((move) => away(move).length === 0);
  await alter(cluster, ready, ({ to }) => to);
  const targets = [...new Set(waiting.flatMap(away))].toSorted((a, b) => a - b);
  if (targets.length > 0) {
    const what = count(waiting.length - ready.length, 'move');
    throw new Error(
      `${what} to ${brokersText(targets)} cannot begin: not in the cluster now; bring it back, or cancel the run`,
    );
  }
  const leftOut = of('gone', 'changed').map(({ move, state }) => leftText(move, state));
  return { begun: ready.length, done: of('done').length, leftOut: some(leftOut) };
};

/** `orders-3 (gone)`. */
export const leftText = (move: LeaderChange, state: string): string => {
  const why =
    state === 'gone' ? 'gone' : state === 'waiting' ? 'given up by somebody else' : 'changed by somebody else';
  return `${partitionName(move)} (${why})`;
};

const some = (names: readonly string[]): readonly string[] =>
  names.length <= 20 ? names : [...names.slice(0, 20), `and ${names.length - 20} more`];

/**
 * Gives up those that are under way to the very replicas that were wanted, and puts the others back into the order that they
 * had: Kafka leaves them in that of the move. Resolves when nothing of it is left.
 */
export const cancelMoves = async (cluster: Cluster, moves: readonly LeaderChange[]): Promise<number> => {
  const own = await running(cluster, moves);
  if (own.length > 0) await alter(cluster, own, () => null);
  const left = await until(async () => (await running(cluster, moves)).map(partitionName));
  if (left.length > 0) throw new Error(`still under way: ${few(left)}`);
  const disordered = async (): Promise<readonly LeaderChange[]> =>
    (await findMoves(cluster, moves)).flatMap(({ move, state, partition }) =>
      state === 'changed' && isSameSet(move.from, partition?.replicas ?? []) ? [move] : [],
    );
  const odd = await disordered();
  if (odd.length > 0) await alter(cluster, odd, ({ from }) => from);
  const still = await until(async () => (await disordered()).map(partitionName));
  if (still.length > 0) throw new Error(`not in their order again: ${few(still)}`);
  return own.length;
};

const running = async (cluster: Cluster, moves: readonly LeaderChange[]): Promise<readonly LeaderChange[]> => {
  const wanted = new Map(moves.map((move) => [partitionName(move), move]));
  return [...(await reassignments(cluster))].flatMap(([name, each]) => {
    const move = wanted.get(name);
    return move !== undefined && isSame(targetOf(each), move.to) ? [move] : [];
  });
};

/** How long a change may take to be seen by the broker that is asked. */
const settleMs = 5_000;

/** Until there are none: those that there are then. */
const until = async (look: () => Promise<readonly string[]>): Promise<readonly string[]> => {
  const deadline = performance.now() + settleMs;
  for (;;) {
    const left = await look();
    if (left.length === 0 || performance.now() > deadline) return left;
    await sleep(100);
  }
};

/** What became of them meanwhile is no failure. */
const harmless: readonly number[] = [ErrorCode.none, ErrorCode.unknownTopic, ErrorCode.nothingUnderWay];

const alter = async (
  cluster: Cluster,
  moves: readonly LeaderChange[],
  replicasOf: (move: LeaderChange) => readonly number[] | null,
): Promise<void> => {
  const refused: string[] = [];
  for (const part of chunks(moves, piece)) {
    const topics = Map.groupBy(part, ({ topic }) => topic);
    const request = {
      topics: [...topics].map(([name, own]) => ({
        name,
        partitions: own.map((move) => ({ index: move.index, replicas: replicasOf(move) })),
      })),
      timeoutMs: alterMs,
      otherNumber: part.some(({ from, to }) => from.length !== to.length),
    };
    const node = await cluster.controller();
    const answer = await node.call(alterPartitionReassignments, request, cluster.signal);
    if (answer.errorCode !== 0) throw new Error(errorText(answer.errorCode, answer.errorMessage));
    for (const { topic, partition, errorCode, errorMessage } of answer.results)
      if (!harmless.includes(errorCode)) refused.push(`${topic}-${partition}: ${errorText(errorCode, errorMessage)}`);
  }
  if (refused.length > 0) throw new Error(`Kafka refuses ${count(refused.length, 'move')}: ${few(refused)}`);
};

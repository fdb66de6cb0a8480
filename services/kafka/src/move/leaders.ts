/** Leaders go where they are meant to be, once the replicas are. */
import type { LeaderChange } from '../balance/proposal.ts';
import { partitionName } from '../balance/model.ts';
import { electPreferredLeaders } from '../client/api/elect-leaders.ts';
import { ErrorCode, errorText } from '../client/error.ts';
import { count, few } from '../cluster/words.ts';
import { byTopic, chunks } from '../model/piece.ts';
import type { Cluster } from '../route/ask.ts';
import { findMoves, type Found } from './state.ts';

/** Elections at a time, so that clients do not look for all of their leaders at once. */
const piece = 200;

const electMs = 10_000;

/** Done, and led by another one although the first is in sync. */
const isDue = ({ state, partition }: Found): boolean => {
  const [first = -1] = partition?.replicas ?? [];
  return state === 'done' && partition?.leader !== first && partition?.isr.includes(first) === true;
};

/** Elects the first replica of each that is done; how many. One that cannot lead now does not hold up others. */
export const electLeaders = async (cluster: Cluster, moves: readonly LeaderChange[]): Promise<number> => {
  const due = (await findMoves(cluster, moves)).filter(isDue).map(({ move }) => move);
  const refused: string[] = [];
  for (const part of chunks(due, piece)) {
    const node = await cluster.controller();
    const request = { topics: byTopic(part), timeoutMs: electMs };
    const { errorCode, results } = await node.call(electPreferredLeaders, request, cluster.signal);
    if (errorCode !== 0) throw new Error(`leaders cannot be elected: ${errorText(errorCode, null)}`);
    const harmless: readonly number[] = [ErrorCode.none, ErrorCode.electionNotNeeded, ErrorCode.unknownTopic];
    for (const each of results)
      if (!harmless.includes(each.errorCode))
        refused.push(`${each.topic}-${each.partition}: ${errorText(each.errorCode, each.errorMessage)}`);
  }
  if (refused.length > 0) throw new Error(`Kafka refuses ${count(refused.length, 'election')}: ${few(refused)}`);
  return due.length;
};

/** Undefined: all of them lead that can. */
export const leadersText = async (cluster: Cluster, moves: readonly LeaderChange[]): Promise<string | undefined> => {
  const due = (await findMoves(cluster, moves)).filter(isDue).map(({ move }) => move);
  if (due.length === 0) return undefined;
  return `${count(due.length, 'partition')} not led by the first replica yet: ${few(due.map(partitionName))}`;
};

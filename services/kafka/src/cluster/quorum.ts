/** The controllers' quorum: reading it, and whether it can do without one of its voters. */
import { describeQuorum, type Quorum } from '../client/api/describe-quorum.ts';
import type { KafkaClient } from '../client/client.ts';
import { errorName } from '../client/error.ts';
import { allAnswers } from './answer.ts';
import { reachable, type Member } from './member.ts';

/** The default of `controller.quorum.fetch.timeout.ms`: a voter that is further behind may not keep the quorum. */
const caughtUpMs = 2000;

export type QuorumView =
  | { readonly known: true; readonly quorum: Quorum; readonly answered: readonly number[] }
  | { readonly known: false; readonly answered: readonly number[]; readonly why: string };

/**
 * Asked of the controllers themselves, so that it works before there are brokers. Only the leader answers it; that
 * another one refuses shows that it is up. Never rejects.
 */
export const readQuorum = async (
  client: KafkaClient,
  controllers: readonly Member[],
  signal: AbortSignal,
): Promise<QuorumView> => {
  const { given, failed } = await allAnswers(reachable(controllers), (member) =>
    client.node(member.address).call(describeQuorum, null, signal),
  );
  const answered = given.map(({ from }) => from.id);
  const leaders = given.map(({ answer }) => answer).filter((each) => each.errorCode === 0 && each.leader >= 0);
  const quorum = leaders.toSorted((a, b) => b.epoch - a.epoch)[0];
  if (quorum !== undefined) return { known: true, quorum, answered };
  const refusals = given.map(({ from, answer }) => `${from.instance} (${errorName(answer.errorCode)})`);
  const silent = failed.map(({ from, why }) => `${from.instance} (${why})`);
  return {
    known: false,
    answered,
    why: `no controller leads: ${[...refusals, ...silent].join(', ') || 'none was started'}`,
  };
};

export const majority = (voters: number): number => Math.floor(voters / 2) + 1;

/** Voters that have what the leader has, or had it a moment ago. */
export const caughtUp = ({ leader, voters }: Quorum): readonly number[] => {
  const newest = voters.find((each) => each.id === leader)?.caughtUpMs ?? -1;
  return voters.filter((each) => each.id === leader || newest - each.caughtUpMs < caughtUpMs).map((each) => each.id);
};

/** Voters that did not answer: one that hangs counts as up to date for a while. */
export const silentOf = ({ voters }: Quorum, answered: readonly number[]): ReadonlySet<number> =>
  new Set(voters.map(({ id }) => id).filter((id) => !answered.includes(id)));

export type QuorumVerdict = {
  readonly safe: boolean;
  readonly reason: string;
  readonly leads: boolean;
  /** Other voters that are not up to date. */
  readonly missing: readonly number[];
};

/**
 * May this voter stop? The others that are caught up must be a majority, with one to spare where there are enough
 * of them. `away`: voters that may be down at the same time.
 */
export const quorumVerdict = (id: number, quorum: Quorum, away: ReadonlySet<number> = new Set()): QuorumVerdict => {
  const leads = quorum.leader === id;
  const voters = quorum.voters.length;
  if (voters === 1) {
    const reason = 'it is the only controller: nothing can change in the cluster until it is back';
    return { safe: true, leads, missing: [], reason };
  }
  const others = caughtUp(quorum).filter((each) => each !== id && !away.has(each));
  const needed = Math.min(voters - 1, Math.floor((voters + 2) / 2));
  const missing = quorum.voters.map((each) => each.id).filter((each) => each !== id && !others.includes(each));
  if (others.length < needed) {
    const what = `without controller ${id}, only ${others.length} of ${voters} voters are up to date, ${needed} are needed`;
    return { safe: false, leads, missing, reason: `${what}; it waits for ${missing.join(', ')} to catch up` };
  }
  return { safe: true, leads, missing, reason: `${others.length} other voters of ${voters} are up to date` };
};

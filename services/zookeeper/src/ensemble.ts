/** The ensemble as all of its members see it now. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceView } from '@warder/sdk';
import { fourLetters } from './four-letters.ts';
import { membersOf, type Member } from './member.ts';
import { epochOf, isBehind, parseReport, parseZxid, type Report } from './report.ts';

export type Seen = Member & {
  /** Absent: it did not answer. */
  readonly report?: Report;
  /** Why it did not. */
  readonly why?: string;
  readonly zxid?: bigint;
  /** It serves, follows the leader there is (or is it), and has applied what the leader had applied. */
  readonly inSync: boolean;
};

export type Ensemble = {
  readonly members: readonly Seen[];
  /** Who leads, and is heard of. The only member of an ensemble of one leads too. */
  readonly leader?: Seen;
};

/** Followers apply a change a moment after their leader: it is looked again before one counts as behind. */
const looksMax = 4;
const lookMs = 100;

/** Never rejects for members that do not answer. */
export const readEnsemble = async (service: ServiceView, signal: AbortSignal): Promise<Ensemble> => {
  const heard = await Promise.all(membersOf(service).map((member) => hear(member, signal)));
  const leaders = await Promise.all(heard.filter(isLeader).map((member) => withZxid(member, signal)));
  const leader = leaders.toSorted((a, b) => (epochOf(a.zxid ?? 0n) > epochOf(b.zxid ?? 0n) ? -1 : 1))[0];
  const members = await Promise.all(
    heard.map(async (member) =>
      member.id === leader?.id ? { ...leader, inSync: true } : follow(member, leader, signal),
    ),
  );
  const found = members.find(({ id }) => id === leader?.id);
  return { members, ...(found === undefined ? {} : { leader: found }) };
};

const isLeader = ({ report }: Seen): boolean =>
  report?.role === 'standalone' || (report?.role === 'leader' && report.broadcasts);

const hear = async (member: Member, signal: AbortSignal): Promise<Seen> => {
  const { address, launched } = member;
  if (address === undefined) return { ...member, inSync: false, why: 'it has no place yet' };
  if (!launched) return { ...member, inSync: false, why: 'it was not started yet' };
  try {
    return { ...member, inSync: false, report: parseReport(await fourLetters(address, 'mntr', signal)) };
  } catch (error) {
    return { ...member, inSync: false, why: wordsOf(error) };
  }
};

const withZxid = async (member: Seen, signal: AbortSignal): Promise<Seen> => {
  if (member.address === undefined) return member;
  try {
    const zxid = parseZxid(await fourLetters(member.address, 'srvr', signal));
    return zxid === undefined ? member : { ...member, zxid };
  } catch (error) {
    return { ...member, why: wordsOf(error) };
  }
};

const follow = async (member: Seen, leader: Seen | undefined, signal: AbortSignal): Promise<Seen> => {
  if (member.report?.role !== 'follower') return member;
  let seen = member;
  for (let look = 0; look < looksMax; look += 1) {
    if (look > 0) await sleep(lookMs, undefined, { signal });
    seen = await withZxid(member, signal);
    if (leader?.zxid === undefined || seen.zxid === undefined || !member.report.broadcasts) return seen;
    if (!isBehind(seen.zxid, leader.zxid)) return { ...seen, inSync: true };
  }
  return seen;
};

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** How a member is, in words. */
export const stateOf = ({ report, why, inSync }: Seen): string => {
  if (report === undefined) return `does not answer (${why ?? 'it was not asked'})`;
  if (report.role === undefined) return 'is in no quorum';
  if (report.role === 'standalone') return 'serves alone';
  if (inSync) return report.role === 'follower' ? 'follows' : 'leads';
  return report.role === 'follower' ? 'follows, but is not in sync' : 'leads, but nobody follows it';
};

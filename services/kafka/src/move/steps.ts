/** What the steps of moves do and wait for. All of them may be asked again at any time. */
import type { Probe, ProbeAnswer, Procedure, ProcedureContext } from '@warder/sdk';
import { partitionName } from '../balance/model.ts';
import type { LeaderChange } from '../balance/proposal.ts';
import { brokersText } from '../cluster/words.ts';
import { memory } from '../memory.ts';
import { Recent } from '../recent.ts';
import { withCluster, type Cluster } from '../route/ask.ts';
import { clearAway, setAway } from './clear-away.ts';
import { electLeaders, leadersText } from './leaders.ts';
import { followerRate, leaderRate } from './lists.ts';
import { lookAt } from './look.ts';
import { Progress, progressText, type Seen } from './progress.ts';
import { findMoves, type Found } from './state.ts';
import type { Own } from './problems.ts';
import { beginMoves, cancelMoves, leftText } from './submit.ts';
import { movesOf, type MoveTable } from './table.ts';
import { ratesNow } from './rates.ts';
import { clearThrottle, setThrottle } from './throttle.ts';

/** What is written into the steps, before anything is done. */
export type MoveArgs = {
  readonly moves: MoveTable;
  /** Bytes a second of each broker, in and out. Absent: as fast as it goes. */
  readonly rate?: number;
};

export const argsOf = (args: unknown): Own => {
  const { moves, rate } = args as MoveArgs;
  return { moves: movesOf(moves), ...(rate === undefined ? {} : { rate }) };
};

const throttle: Procedure = (context) =>
  withCluster(context, async (cluster) => {
    const { moves, rate } = argsOf(context.args);
    if (rate === undefined) return { throttle: 'none' };
    const away = await setThrottle(cluster, moves, rate);
    const values = { [leaderRate]: String(rate), [followerRate]: String(rate) };
    const left = await setAway(cluster, context, away, values);
    if (left.length > 0) throw new Error(`${brokersText(left)} cannot be throttled: no answer`);
    return { rate };
  });

const begin: Procedure = (context) =>
  withCluster(context, (cluster) => beginMoves(cluster, argsOf(context.args).moves));

/** What was seen of a step that waits. */
type Watched = {
  readonly progress: Progress;
  /** Since when partitions look as if they were left out. */
  readonly odd: Map<string, number>;
  seen?: Seen;
  seenMs: number;
};

/** For as long as this thread lives. */
const watched = memory(() => new Recent<Watched>(64));

/** Every broker is asked for sizes: not each second. */
const lookMs = 3_000;

/** Metadata come late: so long a partition must look as if it was left out. */
const oddMs = 10_000;

const moved: Probe = (context) =>
  withCluster(context, async (cluster): Promise<ProbeAnswer> => {
    const { moves } = argsOf(context.args);
    const found = await findMoves(cluster, moves);
    const nowMs = performance.now();
    // Other services have steps of the same names.
    const key = `${context.service.uid} ${context.stepId}`;
    const own = watch(key);
    const settled = found.filter((each) => isSettled(each, own.odd, nowMs));
    const isOver = settled.length === found.length;
    const leftOut = settled.filter(({ state }) => state !== 'done').map(({ move, state }) => leftText(move, state));
    if (own.seen === undefined || isOver || nowMs - own.seenMs >= lookMs) {
      const rate = isOver ? undefined : await throttleNow(cluster, moves);
      own.seen = { ...(await lookAt(cluster, found)), leftOut, ...(rate === undefined ? {} : { throttle: rate }) };
      own.seenMs = nowMs;
      own.progress.add(nowMs, own.seen);
    }
    if (isOver) watched().delete(key);
    const done = found.filter(({ state }) => state === 'done').length;
    return { open: isOver, reason: progressText({ ...own.seen, done, leftOut }, own.progress) };
  });

const watch = (key: string): Watched => {
  const own: Watched = watched().get(key) ?? { progress: new Progress(), odd: new Map<string, number>(), seenMs: 0 };
  watched().set(key, own);
  return own;
};

const isSettled = ({ move, state }: Found, odd: Map<string, number>, nowMs: number): boolean => {
  const name = partitionName(move);
  if (state === 'done' || state === 'moving') {
    odd.delete(name);
    return state === 'done';
  }
  const since = odd.get(name) ?? nowMs;
  odd.set(name, since);
  return nowMs - since >= oddMs;
};

/** The lowest that any broker of these moves goes by. */
const throttleNow = async (cluster: Cluster, moves: readonly LeaderChange[]): Promise<number | undefined> => {
  const rates = await ratesNow(cluster);
  const own = [...rates].filter(([id]) => moves.some(({ from, to }) => from.includes(id) || to.includes(id)));
  return own.length === 0 ? undefined : Math.min(...own.map(([, rate]) => rate));
};

const lead: Procedure = (context) =>
  withCluster(context, async (cluster) => {
    const { moves } = argsOf(context.args);
    return { elected: await electLeaders(cluster, moves) };
  });

const led: Probe = (context) =>
  withCluster(context, async (cluster): Promise<ProbeAnswer> => {
    const { moves } = argsOf(context.args);
    const late = await leadersText(cluster, moves);
    if (late === undefined) return { open: true, reason: 'the first replicas lead' };
    // One that was away for a moment does not come to lead by itself.
    await electLeaders(cluster, moves);
    return { open: false, reason: late };
  });

/** Takes the throttle of these moves away from everybody, also from who is away; the topics of somebody else's. */
const unthrottle = async (
  cluster: Cluster,
  context: ProcedureContext,
  moves: readonly LeaderChange[],
): Promise<readonly string[]> => {
  const { foreign, away } = await clearThrottle(cluster, moves);
  const left = await clearAway(cluster, context, away, [leaderRate, followerRate]);
  if (left.length > 0) throw new Error(`${brokersText(left)} cannot be told that there is no throttle any more`);
  return foreign;
};

/** Of copies that nobody has moved there: only the throttle is to be taken away. */
const endThrottle: Procedure = (context) =>
  withCluster(context, async (cluster) => {
    const foreign = await unthrottle(cluster, context, argsOf(context.args).moves);
    return { ...(foreign.length === 0 ? {} : { throttledBySomebodyElse: foreign }), throttle: 'none is left' };
  });

/**
 * Also at the end of a run that was cancelled: gives up what is under way, takes the throttle away, and looks that nothing
 * of either is left.
 */
const clean: Procedure = (context) =>
  withCluster(context, async (cluster) => {
    const { moves, rate } = argsOf(context.args);
    const givenUp = await cancelMoves(cluster, moves);
    const foreign = rate === undefined ? [] : await unthrottle(cluster, context, moves);
    const found = await findMoves(cluster, moves);
    const undone = found.filter(({ state }) => state !== 'done');
    return {
      moved: found.length - undone.length,
      ...(givenUp === 0 ? {} : { givenUp }),
      ...(undone.length === 0 ? {} : { notMoved: undone.length, ofThese: undone.slice(0, 20).map(undoneText) }),
      ...(foreign.length === 0 ? {} : { throttledBySomebodyElse: foreign }),
      throttle: 'none is left',
    };
  });

const undoneText = ({ move, state }: Found): string =>
  state === 'waiting' ? `${partitionName(move)} (as it was)` : leftText(move, state);

export const moveProcedures: Readonly<Record<string, Procedure>> = {
  'set-throttle': throttle,
  'begin-moves': begin,
  'elect-leaders': lead,
  'end-moves': clean,
  'end-throttle': endThrottle,
};

export const moveProbes: Readonly<Record<string, Probe>> = { 'moves-done': moved, 'leaders-back': led };

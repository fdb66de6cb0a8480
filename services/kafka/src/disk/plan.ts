/** The plan that moves replicas between the log dirs of their brokers. */
import {
  call,
  PackageError,
  phase,
  wait,
  type MadePhase,
  type MadePlan,
  type MadePlanContext,
  type MadeStep,
} from '@warder/sdk';
import { count } from '../cluster/words.ts';
import { withCluster } from '../route/ask.ts';
import { bytes } from '../table.ts';
import { readDisks, volumeOf, type Disks } from './disks.ts';
import { evenMoves, oneMove, type BrokerMoves } from './moves.ts';
import type { EndArgs, MovesArgs, ThrottleArgs } from './steps.ts';
import { ownThrottle } from './throttle.ts';
import { diskParams, readWish, type DiskWish } from './wish.ts';
import { brokers, reachable } from '../cluster/member.ts';

export const diskPlan: MadePlan = {
  summary: 'moves replicas between the log dirs of their brokers, so that these are filled alike',
  params: diskParams,
  make: async (context) => {
    const { wish, moves, before } = await look(context);
    if (moves.length === 0) {
      const where = wish.broker === undefined ? 'each broker' : `broker ${wish.broker}`;
      throw new PackageError(
        'already',
        `nothing to move: the log dirs of ${where} are as even as moves can make them`,
        409,
      );
    }
    return { strategy: 'dependency', phases: phasesOf(wish, moves, before) };
  },
  review: async (context) => {
    const { wish, disks, moves } = await look(context);
    return reviewOf(wish, disks, moves);
  },
};

type Look = {
  readonly wish: DiskWish;
  readonly disks: Disks;
  readonly moves: readonly BrokerMoves[];
  /** The throttle that each of their brokers has of its own now. */
  readonly before: ReadonlyMap<number, string | null>;
};

const look = async (context: MadePlanContext): Promise<Look> => {
  const { service, params } = context;
  const wish = readWish(params);
  const all = brokers(service);
  if (wish.broker !== undefined && !all.some(({ id }) => id === wish.broker)) {
    const known = all.map(({ id }) => id).join(', ');
    throw new PackageError('broker-unknown', `there is no broker ${wish.broker}: choose one of ${known}`, 404);
  }
  return withCluster(context, async ({ client, signal }) => {
    const disks = await readDisks(client, service, signal, wish.broker === undefined ? undefined : [wish.broker]);
    const moves = movesOf(wish, disks);
    const asked = reachable(all).filter(({ id }) => moves.some(({ broker }) => broker === id));
    const values = await Promise.all(
      asked.map(async ({ id, address }) => [id, await ownThrottle(client.node(address), id, signal)] as const),
    );
    return { wish, disks, moves, before: new Map(values) };
  });
};

/** Throws when what is wished for cannot be. */
const movesOf = ({ broker, replica }: DiskWish, { brokers: told, silent }: Disks): readonly BrokerMoves[] => {
  const refused = (why: string): PackageError => new PackageError('disk-refused', why, 409);
  if (told.length === 0 || (broker !== undefined && silent.length > 0)) {
    const who = silent.map(({ id, why }) => `broker ${id} (${why})`).join(', ');
    throw refused(`nobody tells what is on the log dirs: ${who || 'no broker was started'}`);
  }
  if (told.every(({ dirs }) => dirs.length < 2))
    throw refused('there is one log dir only, and nothing to move to: brokers.disks says how many there are');
  if (replica === undefined) return told.map(evenMoves).filter(({ moves }) => moves.length > 0);
  return told.map((disks) => {
    const move = oneMove(disks, replica);
    if (typeof move === 'string') throw refused(move);
    return { broker: disks.id, moves: [move] };
  });
};

/** Replicas that one step moves: what is not begun yet can still be left alone. */
const batchMin = 20;
const batchesMax = 50;

export const phasesOf = (
  { throttle }: Pick<DiskWish, 'throttle'>,
  all: readonly BrokerMoves[],
  before: ReadonlyMap<number, string | null>,
): readonly MadePhase[] => {
  const phases: MadePhase[] = [];
  if (throttle !== undefined) {
    const args: ThrottleArgs = { brokers: all.map(({ broker }) => broker), rate: String(throttle) };
    phases.push(phase<MadeStep>('throttle', {}, call('throttle-disks', { args })));
  }
  const last: string[] = [];
  for (const { broker, moves } of all) {
    const size = Math.max(batchMin, Math.ceil(moves.length / batchesMax));
    let after = throttle === undefined ? [] : ['throttle'];
    for (let at = 0; at < moves.length; at += size) {
      const wanted = moves.slice(at, at + size).map(({ topic, partition, to }) => ({ topic, partition, to }));
      const args: MovesArgs = { broker, moves: wanted };
      const name = `broker-${broker}${moves.length > size ? `-${at / size + 1}` : ''}`;
      phases.push(
        phase<MadeStep>(name, { after }, call('begin-disk-moves', { args }), wait('disk-moves-done', { args })),
      );
      after = [name];
    }
    last.push(...after);
  }
  const args: EndArgs = {
    brokers: all.map(({ broker, moves }) => ({
      broker,
      moves: moves.map(({ topic, partition, to }) => ({ topic, partition, to })),
      ...(throttle === undefined ? {} : { rate: before.get(broker) ?? null }),
    })),
  };
  return [...phases, phase<MadeStep>('end', { after: last, cleanup: true }, call('end-disk-moves', { args }))];
};

const namedMax = 20;

/** What a dry run says besides its steps. */
export const reviewOf = (
  { throttle }: Pick<DiskWish, 'throttle'>,
  { silent }: Pick<Disks, 'silent'>,
  all: readonly BrokerMoves[],
): readonly string[] => {
  const each = all.flatMap(({ broker, moves, spread }) => {
    const sum = moves.reduce((total, move) => total + move.bytes, 0);
    const seconds = throttle === undefined ? undefined : Math.ceil(sum / throttle);
    const rate = seconds === undefined ? 'as fast as it can' : `at ${bytes(String(throttle))}/s: ${seconds} s at least`;
    const lines = moves
      .slice(0, namedMax)
      .map(
        (move) =>
          `${move.topic}-${move.partition} (${bytes(String(move.bytes))}) ${volumeOf(move.from)} -> ${volumeOf(move.to)}`,
      );
    const more = moves.length > namedMax ? [`and ${moves.length - namedMax} more`] : [];
    return [
      `broker ${broker} copies ${count(moves.length, 'replica')}, ${bytes(String(sum))}, ${rate}: ${[...lines, ...more].join(', ')}`,
      ...(spread === undefined ? [] : [spreadText(broker, spread)]),
    ];
  });
  return [...each, ...silent.map(({ id, why }) => `broker ${id} is left out: ${why}`)];
};

const spreadText = (broker: number, { before, after, bound }: NonNullable<BrokerMoves['spread']>): string => {
  const least = `no moves to within 10 % of the shares copy less than ${bytes(String(bound))}`;
  return `broker ${broker}: the log dir furthest from its share is ${percent(before)} off, then ${percent(after)}; ${least}`;
};

export const percent = (part: number): string => `${Math.round(part * 100)} %`;

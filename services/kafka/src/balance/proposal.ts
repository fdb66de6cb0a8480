/** Which replicas to move so that brokers are within their bands, by the fewest bytes. Pure, and the same each time. */
import { brokersText, few } from '../cluster/words.ts';
import { bandsOf } from './band.ts';
import { lowerBound } from './bound.ts';
import { evacuate, relieve, repairRacks } from './goal/place.ts';
import { shiftLeaders, spread } from './goal/spread.ts';
import { spreadTopics } from './goal/topic.ts';
import { DISK, Layout, REPLICAS } from './layout.ts';
import { defaultLimits, goals, impossible, ordered, partitionName } from './model.ts';
import type { Broker, Goal, Limits, Model, Partition, Wish } from './model.ts';
import { polish } from './polish.ts';
import { Racks } from './racks.ts';
import { remaining } from './reason.ts';
import { brokerLoads, goalStates, unknowns, type GoalState, type Loads } from './report.ts';
import { Search } from './search.ts';

export type Move = {
  readonly topic: string;
  readonly index: number;
  readonly from: readonly number[];
  /** In full, the preferred leader first. */
  readonly to: readonly number[];
  /** Copied to brokers that do not have it yet. */
  readonly bytes: number;
};

/** Another order of the same replicas, and the first of it for leader. */
export type LeaderChange = Omit<Move, 'bytes'>;

export type GoalReport = {
  readonly goal: Goal;
  readonly before: GoalState;
  readonly after: GoalState;
  /** What is left, and why. */
  readonly left: readonly string[];
};

export type BrokerReport = { readonly id: number; readonly before: Loads; readonly after: Loads };

export type Proposal = {
  readonly moves: readonly Move[];
  readonly leaders: readonly LeaderChange[];
  readonly bytes: number;
  /** What any plan that reaches all goals has to copy at least. Of wishes for less than a balance: for the wish. */
  readonly bound: number;
  /** In their order. */
  readonly goals: readonly GoalReport[];
  readonly brokers: readonly BrokerReport[];
  readonly notes: readonly string[];
};

export type Refused = { readonly refused: readonly string[] };

/** The model with the wish in it: what is to be emptied leaves. */
const wished = (model: Model, wish: Wish): Model => {
  const leaving = wish.kind === 'empty' ? wish.brokers : wish.kind === 'substitute' ? [wish.from] : [];
  const leave = (each: Broker): Broker =>
    leaving.includes(each.id) && each.state !== 'broken' ? { ...each, state: 'leaving' } : each;
  return leaving.length === 0 ? model : { ...model, brokers: model.brokers.map(leave) };
};

/** What is proposed for a wish; or why nothing is. Brokers and partitions may come in any order. */
export const propose = (
  told: Model,
  wish: Wish = { kind: 'balance' },
  limits: Partial<Limits> = {},
): Proposal | Refused => {
  const wrong = impossible(told);
  if (wrong.length > 0) return { refused: wrong };
  const model = wished(ordered(told), wish);
  const refused = refusals(model, wish);
  if (refused.length > 0) return { refused };
  const layout = new Layout(model);
  const racks = new Racks(layout);
  const all = { ...defaultLimits, ...limits };
  const bands = bandsOf(layout, racks, all);
  const search = new Search(layout, racks, bands, limits.work ?? 2_000_000 + 1_000 * layout.slots);
  const [before, loads, balanceBound] = [goalStates(search), brokerLoads(search), lowerBound(search)];
  const bound = wish.kind === 'balance' ? balanceBound : wishBound(search, wish);
  fulfil(search, wish);
  const stranded = wish.kind === 'empty' || wish.kind === 'substitute' ? strandedOn(search, wish) : [];
  if (stranded.length > 0) return { refused: stranded };
  const [after, final] = [goalStates(search), brokerLoads(search)];
  const changes = changesOf(layout);
  const stopped = search.left <= 0 ? ['the search came to its limit of work: more of it may find a better answer'] : [];
  return {
    ...changes,
    bytes: changes.moves.reduce((sum, { bytes }) => sum + bytes, 0),
    bound,
    goals: goals.map((goal) => ({
      goal,
      before: before[goal],
      after: after[goal],
      left: after[goal].outside === 0 ? [] : remaining(search, goal),
    })),
    brokers: model.brokers.flatMap(({ id }) => {
      const [was, is] = [loads.get(id), final.get(id)];
      return was === undefined || is === undefined ? [] : [{ id, before: was, after: is }];
    }),
    notes: [...unknowns(model), ...stopped],
  };
};

const placesOf = (model: Model, ids: readonly number[]): readonly number[] =>
  model.brokers.flatMap(({ id }, b) => (ids.includes(id) ? [b] : []));

const fulfil = (search: Search, wish: Wish): void => {
  const { layout } = search;
  const { model } = layout;
  const hasChanged = (p: number): boolean => {
    const end = layout.first[p + 1] ?? 0;
    for (let slot = layout.first[p] ?? 0; slot < end; slot += 1) if (layout.at[slot] !== layout.origin[slot]) return true;
    return false;
  };
  switch (wish.kind) {
    case 'balance':
      evacuate(search, [...layout.stays.keys()].filter((b) => layout.stays[b] !== 1));
      repairRacks(search);
      relieve(search, DISK);
      relieve(search, REPLICAS);
      spread(search);
      spreadTopics(search);
      polish(search);
      return;
    case 'empty':
      evacuate(search, placesOf(model, wish.brokers));
      shiftLeaders(search, hasChanged);
      return;
    case 'fill':
      for (const [b, { id }] of model.brokers.entries()) {
        if (wish.brokers.includes(id)) continue;
        layout.receives[b] = 0;
        layout.leads[b] = 0;
      }
      spread(search);
      polish(search);
      return;
    case 'repair-racks':
      repairRacks(search);
      shiftLeaders(search, hasChanged);
      return;
    case 'substitute': {
      const [from = 0] = placesOf(model, [wish.from]);
      const [to = 0] = placesOf(model, [wish.to]);
      for (const slot of [...(layout.held[from] ?? [])]) if (search.fits(slot, to)) layout.move(slot, to);
      evacuate(search, [from]);
    }
  }
};

/** What cannot be, before anything is looked for. */
const refusals = (model: Model, wish: Wish): readonly string[] => {
  const named =
    wish.kind === 'empty' || wish.kind === 'fill'
      ? wish.brokers
      : wish.kind === 'substitute'
        ? [wish.from, wish.to]
        : [];
  const unknown = named.filter((id) => !model.brokers.some((each) => each.id === id));
  if (unknown.length > 0) return [`there is no ${brokersText(unknown)}`];
  const takers = wish.kind === 'fill' ? wish.brokers : wish.kind === 'substitute' ? [wish.to] : [];
  const unfit = model.brokers.filter(({ id, state = 'alive' }) => takers.includes(id) && state !== 'alive');
  if (unfit.length > 0)
    return unfit.map(({ id, state }) => `broker ${id} is ${state}: nothing can be moved to it`);
  if (wish.kind !== 'empty' && wish.kind !== 'substitute') return [];
  const emptied = new Set(wish.kind === 'empty' ? wish.brokers : [wish.from]);
  const takes = model.brokers.filter(({ state = 'alive' }) => state === 'alive');
  const touched = model.partitions.filter(({ replicas }) => replicas.some((id) => emptied.has(id)));
  const hopeless = touched.filter((each) => tooMany(each, emptied, takes));
  if (hopeless.length === 0) return [];
  const most = Math.max(...hopeless.map(({ replicas }) => replicas.length));
  const what = `${hopeless.length} partitions have up to ${most} replicas, and without ${brokersText([...emptied])}`;
  return [`${what} too few brokers are left to have one each: ${few(hopeless.map(partitionName))}; add brokers first`];
};

/** Are there fewer brokers for its replicas than it needs? */
const tooMany = ({ replicas }: Partition, emptied: ReadonlySet<number>, takes: readonly Broker[]): boolean => {
  const needed = replicas.filter((id) => emptied.has(id)).length;
  return takes.filter(({ id }) => !replicas.includes(id)).length < needed;
};

/** What could not be moved away from brokers that a wish empties. */
const strandedOn = (search: Search, wish: Wish & { readonly kind: 'empty' | 'substitute' }): readonly string[] => {
  const { layout } = search;
  const ids = wish.kind === 'empty' ? wish.brokers : [wish.from];
  return placesOf(layout.model, ids).flatMap((b) => {
    const owners = (layout.held[b] ?? []).map((slot) => layout.owner[slot] ?? 0);
    const names = (list: readonly number[]): string =>
      few(list.flatMap((p) => layout.model.partitions[p] ?? []).map(partitionName));
    const id = layout.model.brokers[b]?.id;
    const lost = owners.filter((p) => layout.lost[p] === 1);
    const roomless = owners.filter((p) => layout.lost[p] !== 1);
    const nowhere = `no broker has room on its disk, or may have more replicas, for ${roomless.length} partitions`;
    return [
      ...(lost.length === 0 ? [] : [`all replicas of ${names(lost)} are on broken brokers: nothing can be copied`]),
      ...(roomless.length === 0 ? [] : [`${nowhere} of broker ${id}: ${names(roomless)}`]),
    ];
  });
};

/** The bytes that have to go for a wish alone. */
const wishBound = ({ layout, racks, bands }: Search, wish: Wish): number => {
  const sizesOn = (b: number): number => layout.load[DISK * layout.brokers + b] ?? 0;
  const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);
  switch (wish.kind) {
    case 'balance':
      return 0;
    case 'empty':
      return sum(placesOf(layout.model, wish.brokers).map(sizesOn));
    case 'substitute':
      return sum(placesOf(layout.model, [wish.from]).map(sizesOn));
    case 'fill':
      return sum(placesOf(layout.model, wish.brokers).map((b) => Math.max(0, (bands.low[b] ?? 0) - sizesOn(b))));
    case 'repair-racks':
      return sum(Array.from(layout.size, (size, p) => (layout.lost[p] === 1 ? 0 : racks.faults(p) * size)));
  }
};

const changesOf = (layout: Layout): { readonly moves: readonly Move[]; readonly leaders: readonly LeaderChange[] } => {
  const { model } = layout;
  const moves: Move[] = [];
  const leaders: LeaderChange[] = [];
  model.partitions.forEach(({ topic, index, replicas }, p) => {
    const [begin, end] = [layout.first[p] ?? 0, layout.first[p + 1] ?? 0];
    let same = true;
    for (let slot = begin; slot < end && same; slot += 1) same = layout.at[slot] === layout.origin[slot];
    if (same) return;
    const to = Array.from(layout.at.subarray(begin, end), (b) => model.brokers[b]?.id ?? -1);
    const added = to.filter((id) => !replicas.includes(id)).length;
    if (added > 0) moves.push({ topic, index, from: replicas, to, bytes: added * (layout.size[p] ?? 0) });
    else leaders.push({ topic, index, from: replicas, to });
  });
  return { moves, leaders };
};

/** The model as it is when all of a proposal is done. */
export const applied = (model: Model, { moves, leaders }: Pick<Proposal, 'moves' | 'leaders'>): Model => {
  const after = new Map([...moves, ...leaders].map((each) => [partitionName(each), each.to]));
  const change = (each: Partition): Partition => ({ ...each, replicas: after.get(partitionName(each)) ?? each.replicas });
  return { ...model, partitions: model.partitions.map(change) };
};

/** Which replicas to move so that brokers are within their bands, by the fewest bytes. Pure, and the same each time. */
import { bandsOf } from './band.ts';
import { lowerBound } from './bound.ts';
import { Layout } from './layout.ts';
import { defaultLimits, goals, impossible, ordered, partitionName } from './model.ts';
import type { Goal, Limits, Model, Partition, Wish } from './model.ts';
import { Racks } from './racks.ts';
import { remaining } from './reason.ts';
import { brokerLoads, goalStates, unknowns, type GoalState, type Loads } from './report.ts';
import { Search } from './search.ts';
import { even, refusals, secure, strandedOn, wishBound, wished } from './wish.ts';

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
  const work = limits.work ?? 2_000_000 + 1_000 * layout.slots;
  secure(new Search(layout, racks, bandsOf(layout, racks, all), work), wish);
  const stranded = strandedOn(layout, wish);
  if (stranded.length > 0) return { refused: stranded };
  // Where the largest partitions are now decides what others can have.
  const search = new Search(layout, racks, bandsOf(layout, racks, all), work);
  const [before, loads, bound] = asItWas(
    layout,
    (): readonly [Readonly<Record<Goal, GoalState>>, ReadonlyMap<number, Loads>, number] => [
      goalStates(search),
      brokerLoads(search),
      wish.kind === 'balance' ? lowerBound(search) : wishBound(search, wish),
    ],
  );
  even(search, wish);
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

/** What is to be known of the layout before anything was changed. */
const asItWas = <T>(layout: Layout, look: () => T): T => {
  const now = layout.at.slice();
  layout.restore(layout.origin);
  const seen = look();
  layout.restore(now);
  return seen;
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
  const change = (each: Partition): Partition => ({
    ...each,
    replicas: after.get(partitionName(each)) ?? each.replicas,
  });
  return { ...model, partitions: model.partitions.map(change) };
};

/** The soft goals that are loads: every broker within its bands, by the fewest bytes. */
import { LEADERS, OUT, RESOURCES } from '../layout.ts';
import { ROUNDING, type Search } from '../search.ts';
import { compare, distances, isNear } from '../distance.ts';
import { leadMore } from './lead.ts';
import { nearest, sample } from './candidates.ts';
import { swapOne } from './swap.ts';

/** How hard one broker that is out of a band is tried for, before the next one is. */
type Effort = {
  /** Replicas to look at, and brokers that could give or take them. */
  readonly slots: number;
  readonly brokers: number;
  /** Replicas to look at for another leader. */
  readonly leaders: number;
  /** May replicas be moved only for the sake of leaders? */
  readonly moveLeaders: boolean;
  readonly swap: boolean;
  /** Must the highest goal that changes get nearer? Else the sum of squares must, whatever goals are in it. */
  readonly strict: boolean;
};

/** Little effort first: nearly all that is to be done is done by it. */
const efforts: readonly Effort[] = [
  { slots: 16, brokers: 6, leaders: 100, moveLeaders: false, swap: false, strict: false },
  { slots: 64, brokers: 16, leaders: Infinity, moveLeaders: true, swap: false, strict: false },
  { slots: 64, brokers: 16, leaders: Infinity, moveLeaders: true, swap: true, strict: false },
  { slots: 2_000, brokers: 32, leaders: Infinity, moveLeaders: true, swap: true, strict: false },
];

/**
 * All bands at once, since what helps several of them moves the fewest bytes. Where more than a hair is left to be done, or
 * any goal got worse, a search in which no step harms a higher goal for a lower one's sake is made too, and what is better
 * for the highest goal is taken.
 */
export const spread = (search: Search): void => {
  const { layout } = search;
  const start = layout.at.slice();
  const before = distances(search);
  tryAll(search, efforts);
  if (isNear(distances(search), before, layout.brokers)) return;
  const strict = efforts.map((effort) => ({ ...effort, strict: true }));
  tryAll(search, strict.slice(-1));
  const [free, reached] = [layout.at.slice(), distances(search)];
  layout.restore(start);
  tryAll(search, strict);
  if (compare(reached, distances(search)) <= 0) layout.restore(free);
};

const tryAll = (search: Search, all: readonly Effort[]): void => {
  shiftLeaders(search);
  // In a small cluster much can be looked at for nothing.
  const least = search.layout.slots <= SMALL ? 64 : 0;
  for (const each of all) {
    const effort = { ...each, slots: Math.max(each.slots, least), brokers: Math.max(each.brokers, least) };
    for (let before = Infinity, far = squares(search); far > 0 && far < before * ENOUGH; far = squares(search)) {
      before = far;
      round(search, (r, b) => improve(search, r, b, effort));
    }
  }
};

/** Replicas of a small cluster. */
const SMALL = 2_000;

/** A round that leaves more than this of what it found is the last one of its effort. */
const ENOUGH = 0.98;

/** A change that helps a broker less than this, against how far it is out of its band, squared, is not worth it. */
const FUTILE = 1e-5;

const squares = (search: Search): number => {
  let sum = 0;
  for (let r = 0; r < RESOURCES; r += 1)
    for (let b = 0; b < search.layout.brokers; b += 1) sum += search.distance(r, b) ** 2;
  return sum;
};

/** Only who leads, which copies nothing. */
export const shiftLeaders = (search: Search, only?: (p: number) => boolean): void => {
  while (
    round(
      search,
      (r, b) => (r === OUT || r === LEADERS) && leadMore(search, r, b, { strict: true, leaders: 200 }, only),
    )
  );
};

/** Whoever is farthest out of a band first, until nobody is helped any more. Did it help at all? */
const round = (search: Search, improveOne: (r: number, b: number) => boolean): boolean => {
  const { layout } = search;
  const tried = new Uint8Array(RESOURCES * layout.brokers);
  let helped = false;
  for (;;) {
    let [worst, far] = [-1, 0];
    for (let i = 0; i < tried.length; i += 1) {
      if (tried[i] === 1) continue;
      const r = Math.floor(i / layout.brokers);
      const distance = search.distance(r, i - r * layout.brokers);
      if (distance > far) [worst, far] = [i, distance];
    }
    if (worst < 0 || search.left <= 0) return helped && search.left > 0;
    const r = Math.floor(worst / layout.brokers);
    if (improveOne(r, worst - r * layout.brokers)) helped = true;
    else tried[worst] = 1;
  }
};

const improve = (search: Search, r: number, b: number, effort: Effort): boolean => {
  const byLeaders = r === OUT || r === LEADERS;
  if (byLeaders && leadMore(search, r, b, effort)) return true;
  if (byLeaders && !effort.moveLeaders) return false;
  if (moveOne(search, r, b, effort)) return true;
  return effort.swap && swapOne(search, r, b, effort);
};

/** The best of some moves away from a broker with too much, or to one with too little. */
const moveOne = (search: Search, r: number, b: number, effort: Effort): boolean => {
  const { layout, bands } = search;
  const i = r * layout.brokers + b;
  const gives = (layout.load[i] ?? 0) > (bands.high[i] ?? 0);
  if (!gives && layout.receives[b] !== 1) return false;
  const others = nearest(search, r, b, gives, effort.brokers);
  const least = effort.strict ? -Infinity : Math.max(ROUNDING, FUTILE * search.distance(r, b) ** 2);
  const best: Best = { slot: -1, to: -1, worth: -Infinity, strict: effort.strict, least };
  if (gives) {
    for (const slot of sample(search, b, effort.slots)) {
      search.lift(slot);
      for (const to of others) weighMove(search, slot, to, best);
    }
  } else {
    const each = Math.ceil(effort.slots / Math.max(1, others.length));
    for (const from of others) {
      for (const slot of sample(search, from, each)) {
        search.lift(slot);
        weighMove(search, slot, b, best);
      }
    }
  }
  if (best.slot < 0) return false;
  layout.move(best.slot, best.to);
  return true;
};

type Best = { slot: number; to: number; worth: number; readonly strict: boolean; readonly least: number };

const weighMove = (search: Search, slot: number, to: number, best: Best): void => {
  const loads = search.layLoads(to);
  if (!best.strict && loads + search.topicWeight <= best.least) return;
  const price = search.price(slot, to);
  // What makes the whole worse is the better the cheaper it is, as what makes it better is.
  const worthOf = (drop: number): number => (drop > 0 ? drop / price : drop * price);
  if (worthOf(loads + search.topicWeight) <= best.worth) return;
  const drop = loads + search.layTopic(to);
  if (best.strict ? !search.better : drop <= best.least) return;
  const worth = worthOf(drop);
  if (worth <= best.worth || !search.fits(slot, to)) return;
  [best.slot, best.to, best.worth] = [slot, to, worth];
};

/** What may be wished for besides a balance, and what cannot be. */
import { brokersText, few } from '../cluster/words.ts';
import { evacuate, relieve, repairRacks } from './goal/place.ts';
import { shiftLeaders, spread } from './goal/spread.ts';
import { spreadTopics } from './goal/topic.ts';
import { DISK, REPLICAS, type Layout } from './layout.ts';
import { partitionName, type Broker, type Model, type Partition, type Wish } from './model.ts';
import { polish } from './polish.ts';
import type { Search } from './search.ts';

/** Brokers that are to have nothing when it is done. */
const emptiedBy = (wish: Wish): readonly number[] =>
  wish.kind === 'empty' ? wish.brokers : wish.kind === 'substitute' ? [wish.from] : [];

/** Brokers that it wants to be given something. */
const filledBy = (wish: Wish): readonly number[] =>
  wish.kind === 'fill' ? wish.brokers : wish.kind === 'substitute' ? [wish.to] : [];

/** The model with the wish in it: what is to be emptied leaves. */
export const wished = (model: Model, wish: Wish): Model => {
  const leaving = emptiedBy(wish);
  const leave = (each: Broker): Broker =>
    leaving.includes(each.id) && each.state !== 'broken' ? { ...each, state: 'leaving' } : each;
  return leaving.length === 0 ? model : { ...model, brokers: model.brokers.map(leave) };
};

const placesOf = (model: Model, ids: readonly number[]): readonly number[] =>
  model.brokers.flatMap(({ id }, b) => (ids.includes(id) ? [b] : []));

/** The part of the wish that has to be, however the loads are then; and whom it lets give and take after that. */
export const secure = (search: Search, wish: Wish): void => {
  const { layout } = search;
  const { model } = layout;
  switch (wish.kind) {
    case 'balance':
      evacuate(
        search,
        model.brokers.flatMap((_, b) => (layout.stays[b] === 1 ? [] : [b])),
      );
      repairRacks(search);
      relieve(search, DISK);
      relieve(search, REPLICAS);
      return;
    case 'empty':
      evacuate(search, placesOf(model, wish.brokers));
      return;
    case 'fill':
      for (const [b, { id }] of model.brokers.entries()) {
        if (wish.brokers.includes(id)) continue;
        layout.receives[b] = 0;
        layout.leads[b] = 0;
      }
      return;
    case 'repair-racks':
      repairRacks(search);
      return;
    case 'substitute': {
      const [from = 0] = placesOf(model, [wish.from]);
      const [to = 0] = placesOf(model, [wish.to]);
      const own = layout.held[from]?.slice() ?? [];
      for (const slot of own) if (search.fits(slot, to)) layout.move(slot, to);
      evacuate(search, [from]);
    }
  }
};

/** The part of the wish that is about loads. */
export const even = (search: Search, wish: Wish): void => {
  switch (wish.kind) {
    case 'balance':
      spread(search);
      spreadTopics(search);
      polish(search);
      return;
    case 'fill':
      spread(search);
      polish(search);
      return;
    case 'empty':
    case 'repair-racks':
      shiftLeaders(search, (p) => hasMoved(search.layout, p));
      return;
    case 'substitute':
  }
};

const hasMoved = (layout: Layout, p: number): boolean => {
  const end = layout.first[p + 1] ?? 0;
  for (let slot = layout.first[p] ?? 0; slot < end; slot += 1) if (layout.at[slot] !== layout.origin[slot]) return true;
  return false;
};

/** What cannot be, before anything is looked for. */
export const refusals = (model: Model, wish: Wish): readonly string[] => {
  const emptied = new Set(emptiedBy(wish));
  const takers = filledBy(wish);
  const unknown = [...emptied, ...takers].filter((id) => !model.brokers.some((each) => each.id === id));
  if (unknown.length > 0) return [`there is no ${brokersText(unknown)}`];
  const unfit = model.brokers.filter(({ id, state = 'alive' }) => takers.includes(id) && state !== 'alive');
  if (unfit.length > 0) return unfit.map(({ id, state }) => `broker ${id} is ${state}: nothing can be moved to it`);
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
export const strandedOn = (layout: Layout, wish: Wish): readonly string[] => {
  return placesOf(layout.model, emptiedBy(wish)).flatMap((b) => {
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
export const wishBound = ({ layout, racks, bands }: Search, wish: Wish): number => {
  const sizesOn = (b: number): number => layout.load[DISK * layout.brokers + b] ?? 0;
  const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);
  switch (wish.kind) {
    case 'balance':
      return 0;
    case 'empty':
    case 'substitute':
      return sum(placesOf(layout.model, emptiedBy(wish)).map(sizesOn));
    case 'fill':
      return sum(placesOf(layout.model, wish.brokers).map((b) => Math.max(0, (bands.low[b] ?? 0) - sizesOn(b))));
    case 'repair-racks':
      return sum(Array.from(layout.size, (size, p) => (layout.lost[p] === 1 ? 0 : racks.faults(p) * size)));
  }
};

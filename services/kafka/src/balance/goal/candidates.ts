/** What is looked at to help a broker: other brokers, and some of their replicas. */
import type { Search } from '../search.ts';

/** With least (for one that gives) or most of a resource, against their bands; half as many more of the same rack. */
export const nearest = (search: Search, r: number, b: number, gives: boolean, count: number): readonly number[] => {
  const { layout } = search;
  const all: number[] = [];
  const allKeys: number[] = [];
  const same: number[] = [];
  const sameKeys: number[] = [];
  for (let other = 0; other < layout.brokers; other += 1) {
    if (other === b || (gives && layout.receives[other] !== 1)) continue;
    const key = needOf(search, r, other, gives);
    const isSame = layout.rack[other] === layout.rack[b];
    if (isSame) insert(same, sameKeys, other, key, count >> 1);
    else insert(all, allKeys, other, key, count);
  }
  return [...all, ...same];
};

/** How much a broker would like to take (or give), in means: most of all what brings it into its band. */
const needOf = (search: Search, r: number, b: number, takes: boolean): number => {
  const { layout, bands } = search;
  const i = r * layout.brokers + b;
  const load = layout.load[i] ?? 0;
  return (takes ? (bands.high[i] ?? 0) - load : load - (bands.low[i] ?? 0)) * (search.scale[r] ?? 0);
};

/** Into a list that has the largest keys first, and no more than so many. */
const insert = (list: number[], keys: number[], value: number, key: number, most: number): void => {
  let at = list.length;
  if (at === most) {
    at -= 1;
    if (key <= (keys[at] ?? Infinity)) return;
  }
  for (; at > 0 && key > (keys[at - 1] ?? Infinity); at -= 1) {
    list[at] = list[at - 1] ?? 0;
    keys[at] = keys[at - 1] ?? 0;
  }
  list[at] = value;
  keys[at] = key;
};

/** Some slots of a broker: all of them, or by chance. */
export const sample = (search: Search, b: number, count: number): readonly number[] => {
  const held = search.layout.held[b] ?? [];
  if (held.length <= count) return held.slice();
  return Array.from({ length: count }, () => held[search.random.below(held.length)] ?? 0);
};

/** The best of all layouts there are: for a handful of partitions. */
import { distances, compare } from './distance.ts';
import type { Search } from './search.ts';

export type Best = { readonly far: Float64Array; readonly bytes: number };

/** The nearest to the bands, the highest goal first, that racks and disks allow; of those the fewest bytes. */
export const bestOfAll = (search: Search): Best => {
  const { layout } = search;
  const brokers = [...layout.stays.keys()].filter((b) => layout.receives[b] === 1);
  let best: Best | undefined;
  const look = (): void => {
    if (!isAllowed(search)) return;
    const found = { far: distances(search), bytes: bytesMoved(search) };
    const order = best === undefined ? -1 : compare(found.far, best.far) || found.bytes - best.bytes;
    if (order < 0) best = found;
  };
  const place = (slot: number): void => {
    if (slot === layout.slots) return look();
    const p = layout.owner[slot] ?? 0;
    for (const b of brokers) {
      const begin = layout.first[p] ?? 0;
      if (layout.at.subarray(begin, slot).includes(b)) continue;
      layout.move(slot, b);
      place(slot + 1);
    }
  };
  place(0);
  layout.restore(layout.origin);
  if (best === undefined) throw new Error('there is no layout');
  return best;
};

const isAllowed = ({ layout, racks, bands }: Search): boolean => {
  for (let b = 0; b < layout.brokers; b += 1)
    if (layout.stays[b] === 1 && (layout.load[b] ?? 0) > (bands.disk[b] ?? 0)) return false;
  for (let p = 0; p < layout.partitions; p += 1) if (racks.faults(p) > 0) return false;
  return true;
};

export const bytesMoved = ({ layout }: Search): number => {
  let bytes = 0;
  layout.at.forEach((b, slot) => {
    const p = layout.owner[slot] ?? 0;
    if (!layout.had(p, b)) bytes += layout.size[p] ?? 0;
  });
  return bytes;
};

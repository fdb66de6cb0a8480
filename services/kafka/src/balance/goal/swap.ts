/** Two replicas that change places, where no single one can go. */
import { ROUNDING, type Search } from '../search.ts';
import { nearest, sample } from './candidates.ts';

/** The best of some swaps of a broker with others. */
export const swapOne = (
  search: Search,
  r: number,
  b: number,
  effort: { readonly slots: number; readonly brokers: number; readonly strict: boolean },
): boolean => {
  const { layout, bands } = search;
  const i = r * layout.brokers + b;
  const gives = (layout.load[i] ?? 0) > (bands.high[i] ?? 0);
  let [one, two, most] = [-1, -1, -Infinity];
  const own = sample(search, b, Math.min(100, effort.slots >> 1));
  for (const broker of nearest(search, r, b, gives, effort.brokers >> 1)) {
    for (const other of sample(search, broker, Math.min(50, effort.slots >> 2))) {
      for (const slot of own) {
        const drop = search.judgeSwap(slot, other);
        if (effort.strict ? !search.better : drop <= ROUNDING) continue;
        const price = search.price(slot, broker) + search.price(other, b);
        const worth = drop > 0 ? drop / price : drop * price;
        if (worth > most && fitsSwap(search, slot, other)) [one, two, most] = [slot, other, worth];
      }
    }
  }
  if (one < 0) return false;
  const [here, there] = [layout.at[one] ?? 0, layout.at[two] ?? 0];
  layout.move(one, there);
  layout.move(two, here);
  return true;
};

/** As `fits`, for both; the numbers of replicas stay what they are. */
const fitsSwap = ({ layout, racks, bands }: Search, slot: number, other: number): boolean => {
  const [p, q] = [layout.owner[slot] ?? 0, layout.owner[other] ?? 0];
  const [from, to] = [layout.at[slot] ?? 0, layout.at[other] ?? 0];
  if (p === q || layout.lost[p] === 1 || layout.lost[q] === 1) return false;
  if (layout.receives[from] !== 1 || layout.receives[to] !== 1) return false;
  if (layout.has(p, to) || layout.has(q, from)) return false;
  const more = (layout.size[p] ?? 0) - (layout.size[q] ?? 0);
  const disk = (b: number): number => (bands.disk[b] ?? 0) - (layout.load[b] ?? 0);
  if (more > 0 ? disk(to) < more : disk(from) < -more) return false;
  return racks.change(slot, to) <= 0 && racks.change(other, from) <= 0;
};

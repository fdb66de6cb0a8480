/** No broker has more than its part of a topic: the last goal, which moves only what harms no other one. */
import type { Search } from '../search.ts';

export const spreadTopics = (search: Search): void => {
  const { layout, bands } = search;
  for (let t = 0; t < layout.topics; t += 1) {
    const most = bands.topic[t] ?? 0;
    for (let b = 0; b < layout.brokers && search.left > 0; b += 1) {
      if (layout.stays[b] !== 1) continue;
      while ((layout.spread[t * layout.brokers + b] ?? 0) > most) {
        if (!moveOne(search, t, b)) break;
      }
    }
  }
};

const moveOne = (search: Search, t: number, b: number): boolean => {
  const { layout, bands } = search;
  let [slot, to, least] = [-1, -1, Infinity];
  const end = layout.first[layout.topicFirst[t + 1] ?? 0] ?? 0;
  for (let s = layout.first[layout.topicFirst[t] ?? 0] ?? 0; s < end; s += 1) {
    if (layout.at[s] !== b) continue;
    for (let d = 0; d < layout.brokers; d += 1) {
      if ((layout.spread[t * layout.brokers + d] ?? 0) >= (bands.topic[t] ?? 0)) continue;
      const price = search.price(s, d);
      if (price >= least || !search.fits(s, d)) continue;
      search.judge(s, d);
      if (search.harmless) [slot, to, least] = [s, d, price];
    }
  }
  if (slot < 0) return false;
  layout.move(slot, to);
  return true;
};

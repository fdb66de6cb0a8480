/** Moves that turn out not to be needed are taken back. */
import type { Search } from './search.ts';

/** Whatever can be as it was without a goal being worse for it; most bytes first. */
export const polish = (search: Search): void => {
  while (search.left > 0 && takeBackMoves(search));
  takeBackLeaders(search);
};

const takeBackMoves = (search: Search): boolean => {
  const { layout } = search;
  const moved: number[] = [];
  for (let slot = 0; slot < layout.slots; slot += 1) {
    if (layout.at[slot] !== layout.origin[slot] && !layout.had(layout.owner[slot] ?? 0, layout.at[slot] ?? 0))
      moved.push(slot);
  }
  const size = (slot: number): number => layout.size[layout.owner[slot] ?? 0] ?? 0;
  moved.sort((a, b) => size(b) - size(a) || a - b);
  let taken = false;
  for (const slot of moved) {
    const p = layout.owner[slot] ?? 0;
    const end = layout.first[p + 1] ?? 0;
    for (let was = layout.first[p] ?? 0; was < end; was += 1) {
      const home = layout.origin[was] ?? 0;
      if (!search.fits(slot, home)) continue;
      search.judge(slot, home);
      if (!search.harmless) continue;
      layout.move(slot, home);
      taken = true;
      break;
    }
  }
  return taken;
};

const takeBackLeaders = (search: Search): void => {
  const { layout } = search;
  for (let p = 0; p < layout.partitions; p += 1) {
    const leader = layout.first[p] ?? 0;
    const was = layout.origin[leader] ?? 0;
    if (layout.at[leader] === was || layout.leads[was] !== 1) continue;
    const end = layout.first[p + 1] ?? 0;
    for (let slot = leader + 1; slot < end; slot += 1) {
      if (layout.at[slot] !== was) continue;
      search.judgeLead(slot);
      if (search.harmless) layout.lead(slot);
      break;
    }
  }
};

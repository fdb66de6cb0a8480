/** Chance with a seed: the same numbers for ever. */
export type Random = {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(limit: number): number;
};

export const randomOf = (seed: number): Random => {
  // Mixed, so that seeds next to each other do not begin alike; never zero, which xorshift would stay at.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  const step = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let warm = 0; warm < 8; warm += 1) step();
  return { next: () => step() / 0x1_0000_0000, below: (limit) => Math.floor((step() / 0x1_0000_0000) * limit) };
};

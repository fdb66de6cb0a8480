/**
 * One thing for each need and no thing for two of them, wherever that can be: an earlier choice is changed for a later
 * need (augmenting paths). `choices` come in order of preference. Answers the first need that cannot be met.
 */
export function match<N, T>(
  needs: readonly N[],
  choices: (need: N) => readonly T[],
): { readonly chosen: ReadonlyMap<N, T> } | { readonly missing: N } {
  if (needs.length === 0) return { chosen: new Map() };
  const holders = new Map<T, N>();
  const settle = (need: N, tried: Set<T>): boolean => {
    const wanted = choices(need);
    const free = wanted.find((thing) => !holders.has(thing));
    if (free !== undefined) {
      holders.set(free, need);
      return true;
    }
    for (const thing of wanted) {
      const holder = holders.get(thing);
      if (holder === undefined || tried.has(thing)) continue;
      tried.add(thing);
      if (!settle(holder, tried)) continue;
      holders.set(thing, need);
      return true;
    }
    return false;
  };
  const missing = needs.find((need) => !settle(need, new Set()));
  return missing === undefined ? { chosen: new Map([...holders].map(([thing, need]) => [need, thing])) } : { missing };
}

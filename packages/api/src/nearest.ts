/** The names that a mistyped one may have meant, the nearest first, at most three. */
export function nearest(name: string, names: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase();
  return names
    .map((candidate) => ({ candidate, distance: distanceBetween(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, Math.floor(candidate.length / 3)))
    .toSorted((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** What to do after a name was not found: try a near one, or see them all. */
export function nextAfterUnknown(name: string, names: readonly string[], list: string): string {
  const near = nearest(name, names);
  return near.length === 0 ? `see the names: ${list}` : `did you mean ${near.join(', ')}? All names: ${list}`;
}

/** How many letters must be changed, added or removed; a name that begins alike is near. */
function distanceBetween(a: string, b: string): number {
  if (a !== '' && b.startsWith(a)) return 1;
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(swap, (before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    before = row;
  }
  return before[b.length] ?? 0;
}

import type { PortRange } from '@warder/core';

/** The free ranges between taken ports. */
export function withoutPorts(range: PortRange, taken: readonly number[]): readonly PortRange[] {
  const free: PortRange[] = [];
  let { begin } = range;
  for (const port of taken.filter((one) => one >= range.begin && one <= range.end).toSorted((a, b) => a - b)) {
    if (port > begin) free.push({ begin, end: port - 1 });
    begin = port + 1;
  }
  if (begin <= range.end) free.push({ begin, end: range.end });
  return free;
}

import type { PortNeed } from './need.ts';
import type { PortRange } from './offer.ts';

/** Lower ports are left to those who ask for one by number (9092), as long as there are others. */
const DYNAMIC_FIRST = 20_000;

/**
 * A free port for each need, or the first need that has none. A fixed port must be free; a dynamic one is the one the
 * instance had before if that is free, else the first free one from 20,000 on; `salt` makes a second try differ.
 */
export function choosePorts(
  needs: readonly PortNeed[],
  free: readonly PortRange[],
  last: Readonly<Record<string, number>>,
  salt: number,
): { readonly ports: ReadonlyMap<PortNeed, number> } | { readonly missing: PortNeed } {
  const taken = new Set<number>();
  const ports = new Map<PortNeed, number>();
  const isFree = (port: number): boolean =>
    !taken.has(port) && free.some((range) => port >= range.begin && port <= range.end);
  const inOrder = [...needs.filter(({ port }) => port !== 0), ...needs.filter(({ port }) => port === 0)];
  for (const need of inOrder) {
    const wanted = need.port === 0 ? last[need.name] : need.port;
    let port = wanted !== undefined && isFree(wanted) ? wanted : undefined;
    if (port === undefined && need.port === 0)
      port = firstFree(free, taken, DYNAMIC_FIRST + salt) ?? firstFree(free, taken, 0);
    if (port === undefined) return { missing: need };
    taken.add(port);
    ports.set(need, port);
  }
  return { ports };
}

function firstFree(free: readonly PortRange[], taken: ReadonlySet<number>, start: number): number | undefined {
  for (const range of free) {
    for (let port = Math.max(range.begin, start); port <= range.end; port += 1) if (!taken.has(port)) return port;
  }
  return undefined;
}

/** The ranges without these ports. */
export function withoutPorts(ranges: readonly PortRange[], ports: Iterable<number>): readonly PortRange[] {
  let left = [...ranges];
  for (const port of ports) {
    left = left.flatMap((range) =>
      port < range.begin || port > range.end
        ? [range]
        : [
            { begin: range.begin, end: port - 1 },
            { begin: port + 1, end: range.end },
          ].filter(({ begin, end }) => begin <= end),
    );
  }
  return left;
}

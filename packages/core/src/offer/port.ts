import { match } from './match.ts';
import { mayBe } from './need.ts';
import type { PortNeed } from './need.ts';
import type { PortRange } from './offer.ts';

/** Lower ports are left to those who ask for one by number (9092), as long as there are others. */
const DYNAMIC_FIRST = 20_000;

/**
 * A free port for each need, or the first need that has none. A fixed port must be free; a dynamic one is the one the
 * instance had before if that is free, else the first free one of its ranges, from 20,000 on where there are such;
 * `salt` makes a second try differ.
 */
export function choosePorts(
  needs: readonly PortNeed[],
  free: readonly PortRange[],
  last: Readonly<Record<string, number>>,
  salt: number,
): { readonly chosen: ReadonlyMap<PortNeed, number> } | { readonly missing: PortNeed } {
  const choices = new Map(needs.map((need) => [need, choicesOf(need, free, last[need.name], salt, needs.length)]));
  const fixedFirst = [...needs.filter(({ port }) => port !== 0), ...needs.filter(({ port }) => port === 0)];
  return match(fixedFirst, (need) => choices.get(need) ?? []);
}

/** As many as there are needs: then one of them is left whatever the others take. Best first. */
function choicesOf(
  need: PortNeed,
  free: readonly PortRange[],
  last: number | undefined,
  salt: number,
  enough: number,
): readonly number[] {
  const isFree = (port: number): boolean => free.some(({ begin, end }) => port >= begin && port <= end);
  if (need.port !== 0) return isFree(need.port) ? [need.port] : [];
  const choices = new Set(last !== undefined && mayBe(need, last) && isFree(last) ? [last] : []);
  for (const start of [DYNAMIC_FIRST + salt, 0]) {
    for (const range of free) {
      for (const allowed of need.ranges ?? [range]) {
        const end = Math.min(range.end, allowed.end);
        for (let port = Math.max(range.begin, allowed.begin, start); port <= end; port += 1) {
          if (choices.size >= enough) return [...choices];
          choices.add(port);
        }
      }
    }
  }
  return [...choices];
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

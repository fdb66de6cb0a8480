/** Why a goal is not reached. */
import { brokersText, few } from '../cluster/words.ts';
import { DISK, REPLICAS } from './layout.ts';
import { partitionName, resources, type Goal } from './model.ts';
import type { Search } from './search.ts';

/** One line for each reason, with whom it is about. */
export const remaining = (search: Search, goal: Goal): readonly string[] => {
  switch (goal) {
    case 'racks':
      return [
        `replicas are not spread over racks as they could be: ${few(names(search, misplaced(search)))}; ${noRoom}`,
      ];
    case 'empty':
      return homeless(search);
    case 'capacity':
      return [
        `${brokersText(over(search, DISK, search.bands.disk))} ${uses}; no other one has room: add brokers or disks`,
      ];
    case 'maximum': {
      const most = new Float64Array(search.layout.brokers).fill(search.bands.replicas);
      return [`${brokersText(over(search, REPLICAS, most))} have more than ${search.bands.replicas} replicas`];
    }
    case 'topics':
      return ['some topics have more replicas on a broker than their part; moving them would harm a higher goal'];
    case 'disk':
    case 'in':
    case 'out':
    case 'leaders':
    case 'replicas':
      return outOfBand(search, resources.indexOf(goal));
  }
};

const noRoom = 'no broker of another rack has room, or can be copied from';
const uses = 'would use more of the disk than allowed';

const names = ({ layout }: Search, partitions: readonly number[]): readonly string[] =>
  partitions.flatMap((p) => layout.model.partitions[p] ?? []).map(partitionName);

const misplaced = ({ layout, racks }: Search): readonly number[] =>
  [...layout.lost.keys()].filter((p) => racks.faults(p) > 0);

const over = ({ layout }: Search, r: number, most: Float64Array): readonly number[] =>
  layout.model.brokers.flatMap(({ id }, b) =>
    layout.stays[b] === 1 && (layout.load[r * layout.brokers + b] ?? 0) > (most[b] ?? 0) ? [id] : [],
  );

const homeless = (search: Search): readonly string[] => {
  const { layout, racks } = search;
  const staying = racks.brokers;
  const left = [...layout.stays.keys()].filter((b) => layout.stays[b] !== 1).flatMap((b) => layout.held[b] ?? []);
  const owners = [...new Set(left.map((slot) => layout.owner[slot] ?? 0))];
  const lost = owners.filter((p) => layout.lost[p] === 1);
  const wide = owners.filter((p) => layout.lost[p] !== 1 && layout.copies(p) > staying);
  const rest = owners.filter((p) => layout.lost[p] !== 1 && layout.copies(p) <= staying);
  const say = (list: readonly number[], why: string): readonly string[] =>
    list.length === 0 ? [] : [`${few(names(search, list))}: ${why}`];
  return [
    ...say(lost, 'all replicas are on broken brokers: nothing can be copied'),
    ...say(wide, `more replicas than the ${staying} brokers that are left: add brokers`),
    ...say(rest, 'no broker has room on its disk, or may have more replicas: add brokers or disks'),
  ];
};

const outOfBand = (search: Search, r: number): readonly string[] => {
  const { layout, bands } = search;
  const large: string[] = [];
  const others: number[] = [];
  for (const [b, { id }] of layout.model.brokers.entries()) {
    const i = r * layout.brokers + b;
    if (layout.stays[b] !== 1 || search.distance(r, b) === 0) continue;
    const { p, load } = layout.largest(r, b);
    const [name = ''] = names(search, [p]);
    const mean = bands.mean[i] ?? 0;
    if (load > (bands.high[i] ?? 0) - (bands.low[i] ?? 0) && (layout.load[i] ?? 0) > (bands.high[i] ?? 0))
      large.push(`broker ${id}: ${name} alone is ${percent(load / mean)} of a broker's mean, wider than the band`);
    else others.push(id);
  }
  const rest = `${brokersText(others)}: no change was found that helps without harm to a higher goal, a rack or a disk`;
  return [...(large.length === 0 ? [] : [few(large)]), ...(others.length === 0 ? [] : [rest])];
};

const percent = (part: number): string => `${Math.round(part * 100)} %`;

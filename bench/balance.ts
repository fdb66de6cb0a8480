/** Proposals of the balancer on clusters by chance: processor time, bytes against what any plan has to move. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { generated, type Generated } from '../services/kafka/src/balance/generator.ts';
import { resources, type Goal } from '../services/kafka/src/balance/model.ts';
import { propose, type Proposal } from '../services/kafka/src/balance/proposal.ts';
import { defaultScheduleLimits, schedule } from '../services/kafka/src/balance/schedule.ts';
import { medianOf, processorMs } from './processor.ts';
import type { Row } from './table.ts';

type Case = { readonly cluster: Partial<Generated>; readonly rounds: number; readonly budget?: string };

/** With room on the disks, whatever chance gives. */
const disks = { diskBytes: 1e9 };
const huge = { ...disks, brokers: 270, racks: 3, replicas: 1_300_000, topics: 10_500 };

const cases: Readonly<Record<string, Case>> = {
  '40 brokers, 50,000 replicas, linear': { cluster: disks, rounds: 3, budget: '1 s, 1.02' },
  '40 brokers, exponential': { cluster: { ...disks, placed: 'exponential' }, rounds: 3 },
  '40 brokers, uniform': { cluster: { ...disks, placed: 'uniform' }, rounds: 3 },
  '40 -> 50 brokers, 60,000 replicas': {
    cluster: { ...disks, placed: 'uniform', fresh: 10, replicas: 60_000 },
    rounds: 3,
  },
  '40 brokers, heavy tails, 5,000 tiny topics': { cluster: { ...disks, tail: 'pareto', tiny: 5_000 }, rounds: 3 },
  '40 brokers, racks and disks unequal, 2 broken': {
    cluster: { ...disks, racks: 4, rackFactor: 3, diskFactor: 2, broken: 2 },
    rounds: 3,
  },
  '270 brokers, 1.3 million replicas, linear': { cluster: huge, rounds: 1 },
};

/** Each in a process of its own, so that its memory is its own. */
export function benchBalance(): readonly Row[] {
  return Object.keys(cases).map((name) => {
    const self = fileURLToPath(import.meta.url);
    const { stdout, stderr, status } = spawnSync(process.execPath, [self, name], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${name}: ${stderr}`);
    const row: unknown = JSON.parse(stdout);
    return Object.fromEntries(Object.entries(row ?? {}).map(([key, value]) => [key, String(value)]));
  });
}

const MiB = 1_048_576;

function measure(name: string, { cluster, rounds, budget = '' }: Case): Row {
  const model = generated(cluster);
  const before = process.memoryUsage().rss;
  const times: number[] = [];
  let proposal: Proposal | undefined;
  for (let round = 0; round < rounds; round += 1) {
    times.push(
      processorMs(() => {
        const answer = propose(model);
        if ('refused' in answer) throw new Error(answer.refused.join('; '));
        proposal = answer;
      }),
    );
  }
  const memory = process.memoryUsage().rss - before;
  if (proposal === undefined) throw new Error('nothing was measured');
  const { moves, leaders, bytes, bound, goals } = proposal;
  const limits = { ...defaultScheduleLimits, bytesPerSecond: 1_000 };
  const { seconds, boundSeconds } = schedule({ model, moves, limits });
  const total = model.partitions.reduce((sum, { sizeBytes = 0, replicas }) => sum + sizeBytes * replicas.length, 0);
  const outside = (when: 'before' | 'after', of: (goal: Goal) => boolean): number =>
    goals.reduce((sum, each) => sum + (of(each.goal) ? each[when].outside : 0), 0);
  const change = (of: (goal: Goal) => boolean): string => `${outside('before', of)} -> ${outside('after', of)}`;
  const isLoad = (goal: Goal): boolean => resources.some((each) => each === goal);
  const disk = goals.find(({ goal }) => goal === 'disk');
  const range = (state: { readonly lowest?: number; readonly highest?: number } = {}): string =>
    `${(state.lowest ?? 0).toFixed(2)}-${(state.highest ?? 0).toFixed(2)}`;
  return {
    cluster: name,
    's, first': ((times[0] ?? 0) / 1_000).toFixed(2),
    's, median': (medianOf(times) / 1_000).toFixed(2),
    budget,
    'racks, broken, disks full': change((goal) => !isLoad(goal) && goal !== 'topics'),
    'out of bands': change(isLoad),
    topics: change((goal) => goal === 'topics'),
    'disk / share': `${range(disk?.before)} -> ${range(disk?.after)}`,
    'bytes moved': `${((100 * bytes) / total).toFixed(2)} %`,
    'against the bound': bound > 0 ? (bytes / bound).toFixed(4) : '-',
    'partitions moved': moves.length.toLocaleString('en'),
    'leaders alone': leaders.length.toLocaleString('en'),
    'time against its bound': boundSeconds > 0 ? (seconds / boundSeconds).toFixed(3) : '-',
    'memory, MiB': Math.round(memory / MiB).toLocaleString('en'),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const name = process.argv[2] ?? '';
  const chosen = cases[name];
  if (chosen === undefined) throw new Error(`there is no case ${name}`);
  console.log(JSON.stringify(measure(name, chosen)));
}

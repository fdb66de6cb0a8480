/** A real rebalance onto two new brokers, under a throttle: how long it takes, against what the busiest broker needs alone. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHome, until } from '../e2e/home.ts';
import type { Home } from '../e2e/home.ts';
import { defaultScheduleLimits, schedule } from '../services/kafka/src/balance/schedule.ts';
import type { Schedule } from '../services/kafka/src/balance/schedule.ts';
import { movesOf, type MoveTable } from '../services/kafka/src/move/table.ts';
import type { Row } from './table.ts';

const PARTITIONS = 24;
/** Written to one topic with two replicas, in records of 1 KiB. */
const RECORDS = 300_000;
const AT_ONCE = 50_000;
const RATE = 2_097_152;
const PATIENCE_MS = 600_000;
const MiB = 1_048_576;

const options = {
  service: { files_max: 4096 },
  brokers: { count: 3, cpus: 0.2, memory: 512, heap: 192, disk: 1_500, jvm_options: '-XX:TieredStopAtLevel=1' },
  controllers: { count: 1, cpus: 0.1, memory: 384, heap: 128, disk: 300 },
  kafka: {
    offsets_topic_num_partitions: 3,
    transaction_state_log_num_partitions: 3,
    log_cleaner_dedupe_buffer_size: '2097152',
  },
};

type Step = {
  readonly name: string;
  readonly work: { readonly procedure?: string; readonly args?: unknown };
  readonly startedMs?: number;
  readonly endedMs?: number;
};
type Run = {
  readonly status: string;
  readonly createdMs: number;
  readonly endedMs?: number;
  readonly phases: readonly { readonly name: string; readonly steps: readonly Step[] }[];
};
type DryRun = { readonly hash: string; readonly run: Run };

export async function benchMoves(): Promise<readonly Row[]> {
  const home = createHome('bench-moves');
  try {
    const file = join(home.path, 'options.json');
    writeFileSync(file, JSON.stringify(options));
    await home.ok('server', 'start', '--agents', '3');
    await home.ok('package', 'install', 'kafka', '--yes', '--options', file);
    await home.ok('kafka', 'topic', 'create', 'bulk', '--partitions', String(PARTITIONS), '--replication', '2');
    for (let written = 0; written < RECORDS; written += AT_ONCE)
      await home.ok('kafka', 'topic', 'producer-test', 'bulk', String(AT_ONCE));
    await home.ok('package', 'update', 'kafka', '--set', 'brokers.count=5');
    const asked = ['kafka', 'rebalance', '--throttle', String(RATE)];
    const shown = await home.json<DryRun>(...asked, '--dry-run');
    const plan = await scheduleOf(home, shown.run);
    await home.ok(...asked, '--approve', shown.hash);
    return [rowOf(plan, await ended(home))];
  } finally {
    await home.end();
  }
}

const ended = (home: Home): Promise<Run> =>
  until(
    'the rebalance ends',
    async () => {
      const run = await home.json<Run>('kafka', 'plan', 'show', 'rebalance');
      return run.status === 'COMPLETE' ? run : undefined;
    },
    PATIENCE_MS,
  );

/** What was shown, in bytes that are on the disks. */
async function scheduleOf(home: Home, { phases }: Run): Promise<Schedule> {
  const steps = phases.filter(({ name }) => name.startsWith('batch-')).flatMap((each) => each.steps);
  const begun = steps.filter(({ work }) => work.procedure === 'begin-moves');
  const sizes = await sizesOf(home, [0, 1, 2]);
  const moves = begun
    .flatMap(({ work }) => movesOf((work.args as { readonly moves: MoveTable }).moves))
    .map((move) => {
      const added = move.to.filter((id) => !move.from.includes(id));
      return { ...move, bytes: added.length * (sizes.get(`${move.topic}-${move.index}`) ?? 0) };
    });
  const limits = { ...defaultScheduleLimits, bytesPerSecond: RATE };
  return schedule({ model: { brokers: [], partitions: [] }, moves, limits });
}

/** Of the log of each partition. */
async function sizesOf(home: Home, brokers: readonly number[]): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for (const id of brokers) {
    const own = new Map<string, number>();
    const shell = ['sh', '-c', "stat -c '%s %n' kafka-data/storage/*/*.log"];
    const text = await home.ok('kafka', 'task', 'exec', `broker-${id}-server`, '--', ...shell);
    for (const [, size, name = ''] of text.matchAll(/^(\d+) .*\/([^/]+)\/[^/]+$/gm))
      own.set(name, (own.get(name) ?? 0) + Number(size));
    for (const [name, size] of own) sizes.set(name, size);
  }
  return sizes;
}

function rowOf({ batches, seconds, boundSeconds }: Schedule, { createdMs, endedMs = Number.NaN, phases }: Run): Row {
  const copied = batches.reduce((sum, { bytes }) => sum + bytes, 0);
  const copying = phases
    .filter(({ name }) => name.startsWith('batch-'))
    .reduce((sum, { steps }) => sum + (steps.at(-1)?.endedMs ?? Number.NaN) - (steps[0]?.startedMs ?? Number.NaN), 0);
  const taken = (endedMs - createdMs) / 1_000;
  return {
    moves: String(batches.reduce((sum, { moves }) => sum + moves.length, 0)),
    copied: `${(copied / MiB).toFixed(0)} MiB`,
    'each broker, in and out': `${RATE / MiB} MiB/s`,
    batches: String(batches.length),
    'bound, s': boundSeconds.toFixed(1),
    'planned, s': seconds.toFixed(1),
    'copying, s': (copying / 1_000).toFixed(1),
    'the run, s': taken.toFixed(1),
    'against the bound': (taken / boundSeconds).toFixed(3),
  };
}

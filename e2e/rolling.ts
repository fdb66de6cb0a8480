/** Nine small brokers in three zones, and what a roll of them did: what the test and the bench of rolls share. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from './home.ts';
import { until } from './home.ts';
import { bootstrapOf, jarsOf } from './load.ts';

export const BROKERS = 9;

/** Sized for two processors; how soon a broker counts as gone is Kafka's own default, since that is a part of each restart. */
const options = {
  service: { files_max: 4096 },
  brokers: {
    count: BROKERS,
    cpus: 0.1,
    memory: 448,
    heap: 192,
    disk: 300,
    placement: '[["@zone", "GROUP_BY", "3"]]',
    jvm_options: '-XX:TieredStopAtLevel=1 -XX:ActiveProcessorCount=1',
  },
  controllers: { count: 1, cpus: 0.1, memory: 384, heap: 128, disk: 300 },
  kafka: {
    offsets_topic_num_partitions: 3,
    transaction_state_log_num_partitions: 3,
    group_initial_rebalance_delay_ms: 0,
    num_network_threads: 1,
    num_io_threads: 2,
    log_cleaner_dedupe_buffer_size: '2097152',
  },
};

export type Step = {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly attempts: number;
};

export type Run = {
  readonly id: string;
  readonly status: string;
  readonly cause: { readonly text: string };
  readonly phases: readonly { readonly name: string; readonly steps: readonly Step[] }[];
};

export type DryRun = {
  readonly hash: string;
  readonly warnings: readonly string[];
  readonly refusals: readonly string[];
  readonly cost: readonly { readonly what: string; readonly count: number }[];
  readonly estimate?: { readonly ms: number };
  readonly run: Pick<Run, 'phases'>;
};

/** Installs the cluster; the folder with Kafka's jars, and where clients reach it. */
export async function installNine(home: Home): Promise<{ readonly jars: string; readonly bootstrap: string }> {
  const file = join(home.path, 'options.json');
  writeFileSync(file, JSON.stringify(options));
  await home.ok('server', 'start', '--agents', '3');
  await home.ok('package', 'install', 'kafka', '--yes', '--options', file);
  return { jars: jarsOf(home), bootstrap: await bootstrapOf(home) };
}

/** The brokers of each batch. */
export const batchesOf = ({ phases }: Pick<Run, 'phases'>): readonly (readonly string[])[] =>
  phases
    .filter(({ name }) => name.startsWith('batch-'))
    .map(({ steps }) => steps.map(({ name }) => name.slice(0, name.indexOf(':'))));

/** The newest run of the update plan, once it is that one and has ended. */
export const ended = (home: Home, id: string): Promise<Run> =>
  until(
    `${id} ends`,
    async () => {
      const run = await home.json<Run>('kafka', 'plan', 'show', 'update');
      return run.id === id && run.status === 'COMPLETE' ? run : undefined;
    },
    280_000,
  );

/** Task ids of the brokers by instance. */
export async function brokerTasks(home: Home): Promise<ReadonlyMap<string, string>> {
  const tasks = await home.json<readonly { readonly id: string; readonly name: string }[]>('kafka', 'task', 'list');
  return new Map(
    tasks.flatMap(({ id, name }) => (name.startsWith('broker') ? [[name.replace(/-server$/, ''), id]] : [])),
  );
}

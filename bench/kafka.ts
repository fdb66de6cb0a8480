/** Installs and rolls of a real Kafka, against the same JVMs from a plain shell; what the server costs beside them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHome } from '../e2e/home.ts';
import type { Home } from '../e2e/home.ts';
import { bootstrapOf, compileLoad, jarsOf } from '../e2e/load.ts';
import type { Load } from '../e2e/load.ts';
import { bareOf } from './bare.ts';
import type { Bare } from './bare.ts';
import type { Row } from './table.ts';

const ROUNDS = 3;

const options = {
  service: { files_max: 4096 },
  brokers: { memory: 640, heap: 256 },
  controllers: { memory: 384, heap: 128 },
};

export async function benchKafka(): Promise<readonly Row[]> {
  const home = createHome('bench');
  const folder = mkdtempSync(join(tmpdir(), 'warder-bare-'));
  const file = join(folder, 'options.json');
  writeFileSync(file, JSON.stringify(options));
  const install = async (name = 'kafka'): Promise<void> =>
    void (await home.ok('package', 'install', 'kafka', '--yes', '--name', name, '--options', file));
  const uninstall = async (name = 'kafka'): Promise<void> =>
    void (await home.ok('package', 'uninstall', name, '--yes'));
  let load: Load | undefined;
  try {
    await home.ok('server', 'start');
    await install();
    const jars = jarsOf(home);
    load = await compileLoad(jars);
    const bare = bareOf(home.path, folder, jars);
    const bootstrap = await bootstrapOf(home);
    await uninstall();

    const installs: Pair[] = [];
    const rolls: Pair[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const bareInstall = await secondsOf(() => bare.start());
      const bareRoll = await rollBare(bare, load, bootstrap);
      await bare.stop();
      const ownInstall = await secondsOf(() => install());
      const ownRoll = await secondsOf(
        async () =>
          void (await home.ok('package', 'update', 'kafka', '--set', `kafka.queued_max_requests=${600 + round}`)),
      );
      installs.push({ bare: bareInstall, own: ownInstall });
      rolls.push({ bare: bareRoll, own: ownRoll });
      if (round < ROUNDS - 1) await uninstall();
    }
    const rows = [rowOf('install, to ready', installs, '1.15'), rowOf('roll of three brokers', rolls, '1.10')];
    const one = await costOf(home);
    await install('kafka-2');
    await install('kafka-3');
    const three = await costOf(home);
    return [
      ...rows,
      ...one.map((cost) => costRow(cost, 'one cluster')),
      ...three.map((cost) => costRow(cost, 'three clusters')),
    ];
  } finally {
    load?.remove();
    await home.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Pair = { readonly bare: number; readonly own: number };

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function rowOf(what: string, pairs: readonly Pair[], budget: string): Row {
  const own = median(pairs.map((pair) => pair.own));
  const bare = median(pairs.map((pair) => pair.bare));
  return {
    what,
    warder: `${own.toFixed(1)} s`,
    baseline: `${bare.toFixed(1)} s (the same JVMs from a shell)`,
    ratio: (own / bare).toFixed(2),
    budget,
  };
}

/** Stop, start and catch up, one broker after the other, and nothing else. */
async function rollBare(bare: Bare, load: Load, bootstrap: string): Promise<number> {
  const watcher = load.watch(bootstrap, 3);
  try {
    await watcher.inSync();
    return await secondsOf(async () => {
      for (const name of bare.names.filter((one) => one.startsWith('broker'))) {
        await bare.restart(name);
        await watcher.inSync();
      }
    });
  } finally {
    watcher.stop();
  }
}

type Cost = { readonly what: string; readonly value: string; readonly budget: string };

async function costOf(home: Home): Promise<readonly Cost[]> {
  await new Promise((done) => setTimeout(done, 10_000));
  const pid = home.serverPid();
  const before = cpuTicks(pid);
  await new Promise((done) => setTimeout(done, 20_000));
  const cpu = (cpuTicks(pid) - before) / 100 / 20;
  const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  const seconds: number[] = [];
  for (let n = 0; n < 10; n += 1)
    seconds.push(await secondsOf(async () => void (await home.ok('kafka', 'plan', 'show', 'deploy'))));
  return [
    { what: 'server, memory', value: `${rss.toFixed(0)} MiB`, budget: '120 MB with three' },
    { what: 'server, idle cpu', value: `${(cpu * 100).toFixed(1)} %`, budget: '' },
    { what: 'plan show', value: `${(median(seconds) * 1_000).toFixed(0)} ms`, budget: '150 ms' },
  ];
}

/** User and system time of a process, in hundredths of a second. */
function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

const costRow = ({ what, value, budget }: Cost, clusters: string): Row => ({
  what: `${what}, ${clusters}`,
  warder: value,
  baseline: '',
  ratio: '',
  budget,
});

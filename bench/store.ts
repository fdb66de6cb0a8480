/** A service and its SQLite store: what a run leaves there, and how long a restart takes until all is reconciled. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '@warder/store';
import { BenchService, agentsOf, configOf } from './service.ts';
import type { Row } from './table.ts';

const SIZES = [100, 1_000, 10_000];
const UPDATES = 3;

export async function benchStore(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const pods of SIZES) rows.push(await measure(pods));
  return rows;
}

async function measure(pods: number): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'warder-bench-'));
  const file = join(folder, 'store.db');
  try {
    const agents = agentsOf(Math.ceil(pods / 10));
    const service = new BenchService(agents);
    service.settle(service.ask({ type: 'configure', config: configOf(pods) }));
    const deployed = await keep(file, service, new Map());
    const deployBytes = statSync(file).size;
    let kept = deployed;
    for (let n = 1; n <= UPDATES; n += 1) {
      service.settle(service.ask({ type: 'configure', config: configOf(pods, {}, { VERSION: String(n) }) }));
      kept = await keep(file, service, kept);
    }
    const updateBytes = (statSync(file).size - deployBytes) / UPDATES;
    const { ms, processor } = await restart(file, agents, pods);
    return {
      pods: pods.toLocaleString('en'),
      'after the deploy': megabytes(deployBytes),
      'each update of all': megabytes(updateBytes),
      'of it, one step': `${(updateBytes / pods / 1_024).toFixed(2)} KiB`,
      'restart to reconciled, ms': ms.toFixed(0),
      'of it processor, ms': processor.toFixed(0),
      budget: pods === 10_000 ? '2,000 ms' : '',
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(2)} MiB`;

/** What has changed since, in one transaction. Answers what is there now. */
async function keep(
  file: string,
  { records }: BenchService,
  before: ReadonlyMap<string, unknown>,
): Promise<ReadonlyMap<string, unknown>> {
  const store = await openSqliteStore({ file });
  const gone = [...before.keys()].filter((path) => !records.has(path));
  const changed = [...records].filter(([path, value]) => before.get(path) !== value);
  await store.commit([...gone.map((path) => ({ path })), ...changed.map(([path, value]) => ({ path, value }))]);
  await store.close();
  return new Map(records);
}

/** Opened and checked, loaded, every agent has offered, and the status of every task was told. */
async function restart(
  file: string,
  agents: ReturnType<typeof agentsOf>,
  pods: number,
): Promise<{ readonly ms: number; readonly processor: number }> {
  const began = performance.now();
  const used = process.cpuUsage();
  const store = await openSqliteStore({ file });
  const records = await store.load('');
  const service = new BenchService(agents, new Map(records.map(({ path, value }) => [path, value])));
  let answered = 0;
  for (const named of service.state.tasks.values()) {
    for (const task of named.values()) {
      service.settle(service.status(task.id, task.agentId, 'RUNNING'));
      answered += 1;
    }
  }
  await store.close();
  if (answered !== pods) throw new Error(`${answered} of ${pods} tasks were reconciled`);
  const { user, system } = process.cpuUsage(used);
  return { ms: performance.now() - began, processor: (user + system) / 1_000 };
}

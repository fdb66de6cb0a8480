/** What one event costs the core, with 100 to 10,000 pods: it should not depend on their number. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Action } from '@warder/core';
import { processorMs } from './processor.ts';
import { BenchService, agentsOf, configOf } from './service.ts';
import type { Row } from './table.ts';

const SIZES = [100, 1_000, 10_000];
const EVENTS = 10_000;
const REQUESTS = 100;

export function benchDecide(): readonly Row[] {
  // The first service of a process pays for the compiler.
  measure(100);
  const rows = SIZES.map((pods) => measure(pods));
  const [smallest] = rows;
  const cost = (of: (row: Measured) => number, row: Measured): string =>
    `${of(row).toFixed(1)} (${(of(row) / (smallest === undefined ? 1 : of(smallest))).toFixed(2)})`;
  return rows.map((row) => ({
    pods: row.pods.toLocaleString('en'),
    'deploy, decisions/s': Math.round(row.perSecond).toLocaleString('en'),
    'one status, µs': cost(({ statusMicros }) => statusMicros, row),
    'one offer, µs': cost(({ offerMicros }) => offerMicros, row),
    'one request, µs': cost(({ requestMicros }) => requestMicros, row),
    'memory, KiB/pod': (row.bytesPerPod / 1_024).toFixed(1),
  }));
}

type Measured = {
  readonly pods: number;
  readonly perSecond: number;
  readonly statusMicros: number;
  readonly offerMicros: number;
  readonly requestMicros: number;
  readonly bytesPerPod: number;
};

function measure(pods: number): Measured {
  const before = heapBytes();
  const agents = agentsOf(Math.ceil(pods / 10));
  const service = new BenchService(agents);
  const deployMs = processorMs(() => service.settle(service.ask({ type: 'configure', config: configOf(pods) })));
  const perSecond = (service.decisions * 1_000) / deployMs;
  const bytesPerPod = (heapBytes() - before) / pods;

  const tasks = [...service.state.tasks.values()].flatMap((named) => [...named.values()]);
  const statusMicros = microsOf(EVENTS, (n) => {
    const task = tasks[(n * 7_919) % tasks.length];
    if (task !== undefined) service.status(task.id, task.agentId, 'RUNNING', `news ${n}`);
  });
  const offers = [...service.state.offers.values()];
  const offerMicros = microsOf(EVENTS, (n) => {
    const offer = offers[(n * 7_919) % offers.length];
    if (offer !== undefined) service.tell({ type: 'offer', offer: { ...offer, cpus: offer.cpus + (n % 2) } });
  });
  return { pods, perSecond, statusMicros, offerMicros, requestMicros: requestMicrosOf(service, pods), bytesPerPod };
}

/** The restart of a pod is asked for; what follows of it is not in the time. */
function requestMicrosOf(service: BenchService, pods: number): number {
  const actions: Action[] = [];
  const micros = microsOf(REQUESTS, (n) => {
    const instance = `node-${(n * 7_919) % pods}`;
    actions.push(...service.ask({ type: 'pod-restart', instance, force: true }));
  });
  service.settle(actions);
  return micros;
}

function microsOf(times: number, work: (n: number) => void): number {
  const ms = processorMs(() => {
    for (let n = 0; n < times; n += 1) work(n);
  });
  return (ms * 1_000) / times;
}

/** What is in use once everything that is not has been collected. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

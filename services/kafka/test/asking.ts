/** Asking the package's gates and procedures as the scheduler does. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GateAnswer, Moment } from '@warder/sdk';
import { KafkaClient, patient } from '../src/client/client.ts';
import type { KafkaNode } from '../src/client/node.ts';
import code from '../src/index.ts';
import type { LocalCluster } from './local-cluster.ts';

const momentOf: Readonly<Record<string, Moment>> = {
  'stop-safe': 'stop',
  'replace-safe': 'replace',
  'in-sync': 'start',
};

export const askGate = async (
  cluster: LocalCluster,
  gate: string,
  instance: string,
  pending: readonly string[] = [],
  together: readonly string[] = [],
): Promise<GateAnswer> => {
  const ask = code.gates?.[gate];
  const moment = momentOf[gate];
  if (ask === undefined || moment === undefined) throw new Error(`no gate ${gate}`);
  return ask({
    service: cluster.view(),
    instance: cluster.instance(instance),
    moment,
    pending,
    together,
    stepId: 'run-1.0.0',
    signal: new AbortController().signal,
  });
};

/** Ask until the answer is as wanted, for so long. */
export const untilAnswer = async <Answer>(
  ask: () => Promise<Answer>,
  wanted: (answer: Answer) => boolean,
  withinMs: number,
): Promise<Answer> => {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`after ${withinMs} ms still: ${JSON.stringify(answer)}`);
    await sleep(200);
  }
};

export const isOpen = (answer: GateAnswer): boolean => answer.open;

/** Until every instance is in sync. */
export const untilReady = async (cluster: LocalCluster, withinMs: number): Promise<void> => {
  await Promise.all(
    cluster.view().instances.map(({ name }) => untilAnswer(() => askGate(cluster, 'in-sync', name), isOpen, withinMs)),
  );
};

export const callLive = async (cluster: LocalCluster, instance: string, args: unknown): Promise<unknown> => {
  const call = code.procedures?.['apply-live'];
  if (call === undefined) throw new Error('no procedure');
  const signal = new AbortController().signal;
  return call({
    service: cluster.view(),
    instance: cluster.instance(instance),
    args,
    runId: 'run-1',
    stepId: 'run-1.0.0',
    signal,
    addPhases: () => {},
  });
};

/** A node to be asked directly. */
export const nodeOf = (client: KafkaClient, cluster: LocalCluster, instance: string): KafkaNode => {
  const { address, ports } = cluster.instance(instance);
  const port = ports['client'] ?? ports['quorum'];
  if (address === undefined || port === undefined) throw new Error(`${instance} has no address`);
  return client.node({ host: address, port });
};

export const newClient = (): KafkaClient => new KafkaClient(patient);

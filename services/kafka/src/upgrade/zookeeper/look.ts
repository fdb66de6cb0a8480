/** Makes the plan of an upgrade on ZooKeeper for the cluster as it is. */
import type { ServiceView } from '@warder/sdk';
import type { KafkaClient } from '../../client/client.ts';
import { readOptions } from '../../options.ts';
import type { Look } from '../plan.ts';
import type { Wish } from '../wish.ts';
import { dueOf } from './due.ts';
import { isDone, phasesOf, reviewOf } from './plan.ts';
import { lookAt } from './preflight.ts';

export const lookOnZooKeeper = async (
  client: KafkaClient,
  service: ServiceView,
  wish: Wish,
  signal: AbortSignal,
): Promise<Look> => {
  const { spoken, problems } = await lookAt(client, service, wish, signal);
  const [first] = spoken.brokers;
  if (problems.length > 0 || first === undefined) return { wish, problems, phases: [], review: [] };
  const due = dueOf(wish, first, readOptions(service.options).kafka);
  const found = { wish, problems, phases: phasesOf(wish, due), review: reviewOf(wish, due) };
  return isDone(wish, due) ? { ...found, done: `its brokers go by protocol ${due.protocol}` } : found;
};

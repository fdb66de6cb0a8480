/** What a rebalance would do now, or what it was shown to do a while ago. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PackageError, type MadePlanContext, type ServiceView } from '@warder/sdk';
import { leaving } from '../cluster/leaving.ts';
import { brokers } from '../cluster/member.ts';
import { readView } from '../cluster/view.ts';
import { memory } from '../memory.ts';
import { modelOf, type ClusterModel, type Earlier } from '../model/model.ts';
import { readCluster, type Reading } from '../model/read.ts';
import { moveProblems } from '../move/problems.ts';
import { Recent } from '../recent.ts';
import { withCluster, type Cluster } from '../route/ask.ts';
import { computed } from './compute.ts';
import { held, keep } from './kept.ts';
import type { Look } from './made.ts';
import { readAsked, type Asked } from './wish.ts';

/** Rates are made from two looks at the cluster, so far apart at least. */
const apartMs = 2_000;

/** What was read longer ago tells nothing of now. */
const earlierMaxMs = 15 * 60_000;

/** By the uid of the service: what rates are made from. */
const earlier = memory(() => new Recent<Earlier>(8));

export type Found = {
  readonly look: Look;
  readonly ageMs: number;
  readonly problems: readonly string[];
  readonly changed: readonly string[];
};

/** What was found last, for those who ask about the same dry run. */
const newest = memory(() => new Recent<{ readonly found: Found; readonly atMs: number }>(1));

/** So long it is the same dry run. */
const sameMs = 20_000;

/** As it was found a moment ago; else anew. */
export const lookAgain = async (context: MadePlanContext): Promise<Found> => {
  const last = newest().get(keyOf(context));
  return last !== undefined && performance.now() - last.atMs < sameMs ? last.found : lookAt(context);
};

const keyOf = ({ service, params }: MadePlanContext): string => JSON.stringify([service.uid, readAsked(params)]);

/** Throws a PackageError when there is nothing that could be proposed. */
export const lookAt = async (context: MadePlanContext): Promise<Found> => {
  const found = await find(context);
  newest().set(keyOf(context), { found, atMs: performance.now() });
  return found;
};

const find = (context: MadePlanContext): Promise<Found> =>
  withCluster(context, async (cluster) => {
    const { service, params, signal } = context;
    const asked = readAsked(params);
    const key = keyOf(context);
    const view = await readView(cluster.client, brokers(service), signal);
    const emptied = asked.wish.kind === 'empty' ? asked.wish.brokers : [];
    // Nothing comes to a broker that waits to go; to empty it is how it goes.
    const going = leaving(service, emptied);
    const problems = [...going, ...(await moveProblems(cluster, service, { ...view, leaving: emptied }))];
    const nowMs = performance.now();
    const kept = held(key, view, nowMs);
    if (kept.look !== undefined) return { look: kept.look, ageMs: kept.ageMs ?? 0, problems, changed: kept.changed };
    const look = await proposed(cluster, service, { asked, key }, problems);
    keep(key, look, nowMs, kept.changed);
    return { look, ageMs: 0, problems, changed: kept.changed };
  });

const proposed = async (
  cluster: Cluster,
  service: ServiceView,
  { asked, key }: { readonly asked: Asked; readonly key: string },
  problems: readonly string[],
): Promise<Look> => {
  const made = await computed(key, async () => ({ model: await readModel(cluster, service), asked }));
  if (!('refused' in made)) return made;
  const why = [...problems, ...made.refused].join('; ');
  throw new PackageError('rebalance-refused', `${service.name} cannot be rebalanced so: ${why}`, 409);
};

/** With rates: from what was read a while ago, or else from two readings now. */
export const readModel = async ({ client, signal }: Cluster, service: ServiceView): Promise<ClusterModel> => {
  const now = await readCluster(client, service, signal);
  const before = earlier().get(service.uid);
  const age = before === undefined ? Infinity : now.atMs - before.atMs;
  if (before !== undefined && age >= apartMs && age <= earlierMaxMs) return modelOf(service, now, before);
  remember(service, now);
  await sleep(apartMs, undefined, { signal });
  return modelOf(service, await readCluster(client, service, signal), now);
};

const remember = ({ uid }: ServiceView, { atMs, sizes, ends, partitions }: Reading): void => {
  earlier().set(uid, { atMs, sizes, ends, partitions });
};

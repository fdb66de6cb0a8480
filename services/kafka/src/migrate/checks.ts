/** What each stage of a migration waits for. A broker does not tell its state but by JMX: what it does is looked at. */
import { setTimeout as sleep } from 'node:timers/promises';
import { hasInstance, type Probe, type ProbeAnswer, type ProbeContext, type ServiceView } from '@warder/sdk';
import { quick, withClient, type KafkaClient } from '../client/client.ts';
import type { Quorum } from '../client/api/describe-quorum.ts';
import { brokers, controllers } from '../cluster/member.ts';
import { caughtUp, readQuorum } from '../cluster/quorum.ts';
import { readView } from '../cluster/view.ts';
import { brokersText, count } from '../cluster/words.ts';
import { readOptions } from '../options.ts';
import { closed, unwellText } from '../upgrade/well.ts';
import { readConfigs, unlike, type Wanted } from './node-config.ts';
import { inChroot, readNodes, type MigrationNodes } from './znodes.ts';

type Ask = (context: ProbeContext, client: KafkaClient) => Promise<ProbeAnswer>;

const probe =
  (ask: Ask): Probe =>
  (context) =>
    withClient(quick, (client) => ask(context, client));

const open = (reason: string): ProbeAnswer => ({ open: true, reason });

type Found = { readonly quorum: Quorum } | { readonly why: string };

/** Every controller votes and is up to date. */
const wholeQuorum = async ({ service, signal }: ProbeContext, client: KafkaClient): Promise<Found> => {
  const members = controllers(service);
  const view = await readQuorum(client, members, signal);
  if (!view.known) return { why: view.why };
  const silent = members.filter(({ id }) => !view.answered.includes(id)).map(({ instance }) => instance);
  if (silent.length > 0) return { why: `no answer from ${silent.join(', ')}` };
  const lag = view.quorum.voters.length - caughtUp(view.quorum).length;
  if (lag > 0) return { why: `${count(lag, 'controller')} not up to date` };
  return { quorum: view.quorum };
};

const nodesOf = ({ service, signal }: ProbeContext): Promise<MigrationNodes> => inChroot(service, signal, readNodes);

/** As they write down a migration the first time they find ZooKeeper, it is seen there that they do. */
const controllersReady = probe(async (context, client) => {
  const [found, { offset }] = await Promise.all([wholeQuorum(context, client), nodesOf(context)]);
  if ('why' in found) return closed(found.why);
  if (offset === undefined) return closed('the controllers have not come to ZooKeeper yet');
  return open(`${count(found.quorum.voters.length, 'controller')} up to date, ${found.quorum.leader} leads`);
});

/** A controller that has nothing to write makes the metadata grow all the same, every half second. */
const pulseMs = 1200;

/** The controllers have taken all of it over, lead, and write what changes to ZooKeeper as well. */
const takenOver = async (context: ProbeContext, client: KafkaClient): Promise<Found> => {
  const { offset = -1, controller } = await nodesOf(context);
  const all = brokers(context.service);
  const found = await wholeQuorum(context, client);
  if ('why' in found) return found;
  const { leader, observers, highWatermark } = found.quorum;
  const missing = all.filter(({ id }) => observers.every((each) => each.id !== id)).map(({ id }) => id);
  if (missing.length > 0) return { why: `the controllers do not know of ${brokersText(missing)} yet` };
  if (offset < 1) return { why: 'the controllers have not taken over the metadata yet' };
  if (controller?.id !== leader) return { why: `controller ${leader} does not lead the brokers yet` };
  await sleep(pulseMs, undefined, { signal: context.signal });
  const { offset: later = -1 } = await nodesOf(context);
  if (later <= offset && !reaches(later, highWatermark))
    return { why: `ZooKeeper stays at ${later}, and the controllers are at ${highWatermark}` };
  return found;
};

/** The mark is one behind the last. */
const reaches = (offset: number, highWatermark: bigint): boolean => BigInt(offset) >= highWatermark - 1n;

const unwell = async ({ service, signal }: ProbeContext, client: KafkaClient): Promise<string | undefined> =>
  unwellText(service, await readView(client, brokers(service), signal));

const metadataMigrated = probe(async (context, client) => {
  const found = await takenOver(context, client);
  const why = 'why' in found ? found.why : await unwell(context, client);
  return why === undefined ? open('the controllers have the metadata and lead, ZooKeeper follows') : closed(why);
});

const rolesKey = 'process.roles';
const flagKey = 'zookeeper.metadata.migration.enable';
const connectKey = 'zookeeper.connect';

const brokersUnlike = async ({ service, signal }: ProbeContext, client: KafkaClient, wanted: Wanted) =>
  unlike(await readConfigs(client, brokers(service), Object.keys(wanted), signal), wanted);

const brokersOnKRaft = probe(async (context, client) => {
  const found = await takenOver(context, client);
  const why =
    'why' in found
      ? found.why
      : ((await brokersUnlike(context, client, { [rolesKey]: 'broker' })) ?? (await unwell(context, client)));
  return why === undefined
    ? open('every broker follows the controllers alone, and ZooKeeper is kept up to date')
    : closed(why);
});

/** Finalised: nobody speaks with ZooKeeper any more. */
const controllersAlone = probe(async (context, client) => {
  const { service, signal } = context;
  const wanted = { [flagKey]: 'false', [connectKey]: null };
  const found = await wholeQuorum(context, client);
  if ('why' in found) return closed(found.why);
  const why =
    unlike(await readConfigs(client, controllers(service), Object.keys(wanted), signal), wanted) ??
    (await unwell(context, client));
  return why === undefined ? open('the controllers have left ZooKeeper') : closed(why);
});

/** Every broker is on ZooKeeper, and that has all that the controllers know: they can be done without. */
const zooKeeperComplete = probe(async (context, client) => {
  const why = await brokersUnlike(context, client, { [rolesKey]: null });
  if (why !== undefined) return closed(why);
  const { controller } = await nodesOf(context);
  if (controller?.isBroker === true) return open(`broker ${controller.id} is the active controller`);
  const found = await wholeQuorum(context, client);
  if ('why' in found) return closed(found.why);
  const { highWatermark } = found.quorum;
  await sleep(pulseMs, undefined, { signal: context.signal });
  const { offset = -1 } = await nodesOf(context);
  if (!reaches(offset, highWatermark)) return closed(`ZooKeeper has the metadata up to ${offset} of ${highWatermark}`);
  const not = await unwell(context, client);
  return not === undefined ? open(`ZooKeeper has the metadata up to ${offset}`) : closed(not);
});

/** A broker that ended since the controllers left comes back only without them, in the stage after this. */
const brokerControls = probe(async (context) => {
  const { controller } = await nodesOf(context);
  if (controller?.isBroker !== true) return closed('no broker is the active controller yet');
  return isHere(context.service, controller.id)
    ? open(`broker ${controller.id} is the active controller`)
    : closed(`broker ${controller.id} controls, and is not of this cluster`);
});

const isHere = (service: ServiceView, id: number): boolean => hasInstance(readOptions(service.options).brokers, id);

const zooKeeperAlone = probe(async (context, client) => {
  const why =
    (await brokersUnlike(context, client, { [flagKey]: 'false', [rolesKey]: null })) ?? (await unwell(context, client));
  return why === undefined ? open('every broker is on ZooKeeper, and knows nothing else') : closed(why);
});

export const migrateProbes: Readonly<Record<string, Probe>> = {
  'controllers-ready': controllersReady,
  'metadata-migrated': metadataMigrated,
  'brokers-on-kraft': brokersOnKRaft,
  'controllers-alone': controllersAlone,
  'zookeeper-complete': zooKeeperComplete,
  'broker-controls': brokerControls,
  'zookeeper-alone': zooKeeperAlone,
};

/** One seed: a storm over a Kafka that somebody upgrades, then calm, in which everything must come to its end. */
import { instancesOf } from '@warder/core';
import type { Request } from '@warder/core';
import { blow, clear, quiet, settled } from '@warder/sim/kit';
import type { Random, Result } from '@warder/sim/kit';
import { leftovers } from './checker/leftover.ts';
import { healthy } from './model/ill.ts';
import { nameOf } from './model/image.ts';
import type { Mode, TopicShape } from './model/kafka.ts';
import { isNewer, newestOf, spokenBy } from './model/protocol.ts';
import { rangesOf } from './model/release.ts';
import { mend, migrate, upgradeTo, waiting, wish } from './person.ts';
import { World } from './world.ts';
import type { WorldOptions } from './world.ts';

export type Outcome = Result & { readonly hash: string; readonly trace: readonly string[] };

const CALM_MAX_MS = 3_600_000;
const MEND_EVERY_MS = 20_000;
const STAY_MS = 60_000;
/** Where it begins and how far it goes. */
const ways: Readonly<Record<Mode, { readonly first: readonly string[]; readonly last: string }>> = {
  kraft: { first: ['3.9.2', '3.9.2', '4.3.1', '4.4.0'], last: '4.4.0' },
  zookeeper: { first: ['2.8.2', '3.9.2', '3.9.2'], last: '3.9.2' },
};

export async function simulate(seed: number, options: WorldOptions): Promise<Outcome> {
  const world = new World(seed, options);
  await storm(world);
  if (!world.failed) await calm(world);
  const { trace, failures, nowMs, service } = world;
  return { seed, hash: trace.hash(), failures, virtualMs: nowMs, crashes: service.crashes, trace: trace.lines };
}

async function storm(world: World): Promise<void> {
  const { clock, service } = world;
  const random = world.random.fork();
  const weather = world.random.fork();
  const wishes = world.random.fork();
  service.start();
  await settled();
  const install = { version: random.pick(ways[world.mode].first), options: optionsOf(random, world) };
  keep(world, 5_000, () => {
    if (service.target() === undefined) void service.change(install);
    return service.target() !== undefined;
  });
  const topics = topicsOf(random, world.brokers);
  keep(world, 3_000, () =>
    topics
      .filter((topic) => !world.kafka.createTopic(topic))
      .every(({ name }) => world.kafka.quorum.newest?.topics.has(name) === true),
  );
  const endMs = clock.now() + random.between(120_000, 1_000_000);
  const turn = (): void => {
    if (clock.now() > endMs) return;
    if (random.chance(0.4)) blowOnce(world, weather);
    if (random.chance(0.05) && world.faults.crashAfterAct > 0) service.crash('at any time');
    if (random.chance(0.05)) world.kafka.createTopic(laterTopic(random));
    if (random.chance(0.6))
      wish({ random: wishes, service, mode: world.mode, brokersMax: world.cluster.agents.size - 1 });
    clock.wake(clock.now() + random.between(1_000, 60_000), turn);
  };
  clock.wake(clock.now() + random.between(20_000, 120_000), turn);
  await world.until(() => clock.now() > endMs);
}

/** Again and again until it says that it is done. */
function keep({ clock }: World, everyMs: number, act: () => boolean): void {
  const again = (): void => {
    if (!act()) clock.wake(clock.now() + everyMs, again);
  };
  again();
}

/** What is on an agent that is gone for ever is nobody's fault. */
function blowOnce({ cluster, service, kafka, faults, clock }: World, weather: Random): void {
  const held = [...service.tenant.reservations.values()];
  blow(weather, faults, cluster, clock);
  for (const reservation of held) {
    if (!service.tenant.reservations.has(reservation.id)) kafka.forgive(reservation);
  }
}

const optionsOf = (random: Random, { brokers, mode }: World): Readonly<Record<string, unknown>> => {
  const combined = random.chance(0.6) && mode === 'kraft';
  const placement = '[["hostname", "MAX_PER", "1"]]';
  return {
    brokers: { count: brokers, placement, kill_grace: random.pick([20, 60, 60, 360]) },
    controllers: { combined, count: random.pick([1, 3, 3, 3]), placement, kill_grace: 20 },
    kafka: { broker_session_timeout_ms: random.pick([6_000, 9_000]), metadata: mode },
    ...(mode === 'zookeeper' ? { zookeeper: { connect: 'zookeeper:2181' } } : {}),
  };
};

function topicsOf(random: Random, brokers: number): readonly TopicShape[] {
  const most = Math.min(3, brokers);
  const topic = (name: string, partitions: number, replication = most, minInSync?: number): TopicShape => ({
    name,
    partitions,
    replication,
    minInSync,
  });
  return [
    topic('orders', brokers, most, 2),
    topic('ledger', 2),
    topic('__consumer_offsets', 2),
    ...(random.chance(0.25) ? [topic('loose', 2, 2, 1)] : []),
    ...(random.chance(0.15) ? [random.chance(0.5) ? topic('tight', 1, 2, 2) : topic('tight', 1, 1, 1)] : []),
  ];
}

/** Somebody makes topics whenever he likes, also while brokers come and go. */
const laterTopic = (random: Random): TopicShape => {
  const name = `later-${random.between(1, 5)}`;
  return { name, partitions: random.between(1, 3), replication: 3, minInSync: undefined };
};

async function calm(world: World): Promise<void> {
  const { clock, service, trace } = world;
  trace.add('calm');
  world.faults = quiet;
  world.illness = healthy;
  clear(world.random.fork(), world.cluster);
  const mending = (): void => {
    mend(service);
    // What was cancelled halfway is brought everywhere.
    if (waiting(service).length === 0 && misfits(world).length > 0) service.ask({ type: 'plan-start', plan: 'update' });
    clock.wake(clock.now() + MEND_EVERY_MS, mending);
  };
  clock.wake(clock.now() + MEND_EVERY_MS, mending);
  await come(world, 'after the storm', () => lacks(world));
  if (world.failed) return;
  const { last } = ways[world.mode];
  const end = world.random.fork().pick(['zookeeper', 'kraft'] as const);
  trace.add(`the last upgrade, from ${service.target()?.version}`);
  keep(world, MEND_EVERY_MS, () => {
    if (lacksLast(world, end).length > 0 && waiting(service).length === 0) service.ask(nextOf(world, end));
    return lacksLast(world, end).length === 0;
  });
  await come(world, `after the upgrade to ${last}`, () => [...lacks(world), ...lacksLast(world, end)]);
  if (!world.failed && world.random.fork().chance(0.4)) await shrink(world);
  const untilMs = clock.now() + STAY_MS;
  await world.until(() => clock.now() > untilMs);
  if (world.failed) return;
  for (const text of lacks(world)) world.fail(`it did not stay: ${text}`);
}

/** The last broker goes for good, where all topics have enough without it. */
async function shrink(world: World): Promise<void> {
  const { service } = world;
  const ids = (): readonly number[] => {
    const pod = service.target()?.spec.pods.find(({ name }) => name === 'broker');
    return pod === undefined ? [] : instancesOf(pod);
  };
  const [last, most] = [ids().at(-1), ids().length];
  if (last === undefined || most < 4) return;
  world.trace.add(`broker ${last} is to go`);
  const missing = (): readonly string[] => (ids().includes(last) ? [`broker ${last} is still there`] : []);
  keep(world, MEND_EVERY_MS, () => {
    if (missing().length > 0 && waiting(service).length === 0)
      service.ask({ type: 'plan-start', plan: 'decommission-broker', params: { broker: String(last) } });
    return missing().length === 0;
  });
  await come(world, `after broker ${last} went`, () => [...lacks(world), ...missing()]);
}

async function come(world: World, when: string, missing: () => readonly string[]): Promise<void> {
  const { clock, service } = world;
  const endMs = clock.now() + CALM_MAX_MS;
  let looked = 0;
  const lacking = (): readonly string[] => {
    const found = missing();
    // A roll begins a while after somebody has seen what it will do: before that, nothing is settled.
    if (found.length === 0 && service.pending > 0) return ['somebody waits for an answer, or thinks about a dry run'];
    return found;
  };
  const isHere = (): boolean => {
    if (clock.now() - looked < 2_000) return false;
    looked = clock.now();
    return lacking().length === 0;
  };
  await world.until(() => clock.now() > endMs || isHere());
  if (!world.failed)
    for (const text of lacking()) world.fail(`${when}, within ${CALM_MAX_MS / 60_000} minutes: ${text}`);
}

/** What is not as it should be: runs, tasks, brokers, partitions. */
function lacks(world: World): readonly string[] {
  const { service, kafka, clock } = world;
  const open = waiting(service);
  if (open.length > 0) return open;
  const target = service.target();
  const image = kafka.quorum.agreed;
  if (target === undefined || image === undefined || !kafka.quorum.leads) return ['there is no cluster'];
  const found = [...misfits(world), ...leftovers(image)];
  for (const partition of image.partitions.values()) {
    const { replicas, isr, leader } = partition;
    const name = nameOf(partition);
    if (kafka.client.isForgiven(name)) continue;
    if (leader < 0) found.push(`${name} has no leader`);
    else if (isr.length < replicas.length) found.push(`${name} is in sync in ${isr.join(', ')} only`);
    else if (clock.now() - (kafka.client.ackedMs.get(name) ?? 0) > 10_000) found.push(`${name} takes no writes`);
  }
  return found;
}

/** Instances that are not as the configuration wants them. */
function misfits({ service, kafka }: World): readonly string[] {
  const target = service.target();
  const { targetConfigId } = service.ledger.service() ?? {};
  const found: string[] = [];
  for (const pod of target?.spec.pods ?? []) {
    for (const index of instancesOf(pod)) {
      const name = `${pod.name}-${index}`;
      const server = [...kafka.servers.values()].find(({ task }) => task.instance === name);
      if (server?.task.ready !== true) found.push(`${name} does not run`);
      else if (server.launched.version !== target?.version)
        found.push(`${name} runs ${server.launched.version}, not ${target?.version}`);
      else if (service.ledger.instance(name)?.configId !== targetConfigId)
        found.push(`${name} has ${service.ledger.instance(name)?.configId}, not ${targetConfigId}`);
      else if (server.phase !== 'serving') found.push(`${name} does not serve`);
    }
  }
  return found;
}

/** How far a migration has come: `none`, one of its stages, or `done`. */
function stageOf({ service }: World): string {
  const { metadata, migration } = (service.target()?.options['kafka'] ?? {}) as Readonly<Record<string, string>>;
  return metadata === 'kraft' ? 'done' : (migration ?? 'none');
}

/** What a person asks for next, for the cluster to be where it is to end. */
function nextOf(world: World, end: Mode): Request {
  const { last } = ways[world.mode];
  const stage = stageOf(world);
  const isBack = end === 'zookeeper' || stage === 'leaving';
  if (world.mode === 'zookeeper' && stage !== 'none' && stage !== 'done')
    return isBack ? { type: 'plan-start', plan: 'migrate-back' } : migrate(3);
  return lacksLevels(world).length > 0 ? upgradeTo(last, 3, true) : migrate(3);
}

function lacksLast(world: World, end: Mode): readonly string[] {
  const stage = stageOf(world);
  const isThere = world.mode === 'kraft' || stage === 'done' || (stage === 'none' && end === 'zookeeper');
  if (isThere && world.mode === 'zookeeper') {
    const speaks = stage === 'done' ? 'kraft' : 'zookeeper';
    const other = [...world.kafka.servers.values()].filter(({ launched }) => launched.speaks !== speaks);
    if (other.length > 0) return other.map(({ id }) => `${id} does not speak with ${speaks} alone`);
  }
  return isThere ? lacksLevels(world) : [`its migration is at ${stage}, not ${end}`];
}

function lacksLevels(world: World): readonly string[] {
  const { service, kafka, mode } = world;
  const { last } = ways[mode];
  const version = service.target()?.version ?? '';
  if (version !== last) return [`it is on ${version}`];
  if (stageOf(world) === 'none' && mode === 'zookeeper') {
    const old = [...kafka.servers.values()].filter((server) => isNewer(newestOf(last), spokenBy(server)));
    return old.map(({ id }) => `broker ${id} goes by an older protocol`);
  }
  const level = kafka.quorum.agreed?.features.get('metadata.version');
  const [, most] = rangesOf(last)['metadata.version'] ?? [0, 0];
  return level === most ? [] : [`metadata.version is ${level}, not ${most}`];
}

/** A seed is run twice, the second time with nobody looking: what differs then comes from something that is not in the seed. */
export async function simulateTwice(seed: number, code: WorldOptions['code']): Promise<Outcome> {
  const outcome = await simulate(seed, { code, told: false, watched: true });
  if (outcome.failures.length > 0) return outcome;
  const again = await simulate(seed, { code, told: false, watched: false });
  if (outcome.hash === again.hash) return outcome;
  return { ...outcome, failures: [`not deterministic: ${outcome.hash}, then ${again.hash}`] };
}

/** One seed: a storm, in which nothing may ever go wrong; then calm, in which everything must come to its end. */
import { hasInstance } from '@warder/core';
import type { Request, StartRequest } from '@warder/core';
import { leftOvers, shortcomings } from './checker/end.ts';
import { overlooked } from './checker/room.ts';
import { settled } from './clock.ts';
import { quiet } from './fault.ts';
import type { Ledger } from './ledger.ts';
import { configure, help, wish } from './person.ts';
import type { Random } from './random.ts';
import type { Service } from './service.ts';
import { changeShape } from './shape/shape.ts';
import type { Shape } from './shape/shape.ts';
import { blow, clear } from './weather.ts';
import { World } from './world.ts';
import type { WorldOptions } from './world.ts';

export type Outcome = {
  readonly seed: number;
  /** Of everything that happened: the same seed has the same one, for ever. */
  readonly hash: string;
  /** What went wrong; empty when nothing did. */
  readonly failures: readonly string[];
  readonly virtualMs: number;
  readonly crashes: number;
  readonly trace: readonly string[];
};

const CALM_MAX_MS = 2_400_000;
const HELP_EVERY_MS = 20_000;
/** What has come to its end stays so. */
const STAY_MS = 120_000;

export async function simulate(seed: number, options: WorldOptions): Promise<Outcome> {
  const world = new World(seed, options);
  const meddled = await storm(world);
  if (!world.failed) await calm(world, meddled);
  return {
    seed,
    hash: world.trace.hash(),
    failures: world.failures,
    virtualMs: world.nowMs,
    crashes: world.services.reduce((sum, { crashes }) => sum + crashes, 0),
    trace: world.trace.lines,
  };
}

/** The services in which somebody left something undone on purpose: what was cancelled or counted as complete need not be. */
async function storm(world: World): Promise<ReadonlySet<Service>> {
  const { clock, cluster } = world;
  const random = world.random.fork();
  const wishes = world.random.fork();
  const weather = world.random.fork();
  const meddled = new Set<Service>();
  for (const service of world.services) service.start();
  await settled();
  for (const service of world.services) service.ask(first(service));
  const endMs = clock.now() + random.between(60_000, 900_000);
  // Somebody who does not wait makes more runs than are kept.
  const hasty = random.chance(0.03);
  const turn = (): void => {
    if (clock.now() > endMs) return;
    if (random.chance(hasty ? 0.05 : 0.5)) blow(weather, world.faults, cluster, clock);
    for (const service of world.services) {
      if (random.chance(0.05) && world.faults.crashAfterAct > 0) service.crash('at any time');
      if (!random.chance(0.6)) continue;
      const shape = service.ledger.target();
      const request = shape === undefined ? first(service) : wish({ random: wishes, ledger: service.ledger, shape });
      if (request?.type === 'plan-cancel' || request?.type === 'plan-force-complete') meddled.add(service);
      if (request === undefined) continue;
      if (isStart(request) && random.chance(0.3)) service.askAsShown(request, random.pick([0, 100, 1_000, 30_000]));
      else service.ask(request);
    }
    clock.wake(clock.now() + random.between(100, hasty ? 2_000 : 60_000), turn);
  };
  clock.wake(clock.now() + random.between(1_000, 60_000), turn);
  await world.until(() => clock.now() > endMs);
  return meddled;
}

const first = ({ shape }: Service): Request => configure(shape);

const isStart = (request: Request): request is StartRequest =>
  request.type === 'configure' ||
  request.type.startsWith('pod-') ||
  request.type.endsWith('-rollback') ||
  request.type === 'plan-start';

async function calm(world: World, meddled: ReadonlySet<Service>): Promise<void> {
  const random = world.random.fork();
  world.trace.add('calm');
  world.faults = quiet;
  clear(random, world.cluster);
  // Two configurations at once would be two persons who do not know of each other.
  const mayConfigure = new Set(world.services);
  for (const service of world.services) keepHelping(world, service, mayConfigure);
  await come(world, 'after the storm', (service) => lacks(service, !meddled.has(service)));
  if (world.failed) return;
  const leaving = world.services.filter(() => random.chance(0.4));
  await uninstall(world, leaving);
  const staying = world.services.filter((service) => !leaving.includes(service));
  await come(world, 'a configuration that can run', (service) =>
    staying.includes(service) && badOnes(service.ledger).length > 0 ? ['one that cannot is wanted'] : [],
  );
  mayConfigure.clear();
  await configureAgain(world, staying, random);
}

/** Somebody does what the service asks for. */
function keepHelping({ clock }: World, service: Service, mayConfigure: ReadonlySet<Service>): void {
  const { ledger } = service;
  /** What is bad, and the target when that was seen first. */
  const seen = new Map<string, string>();
  const isNew = (bad: string): boolean => {
    const targetId = ledger.service()?.targetConfigId ?? '';
    const first = seen.get(bad) ?? targetId;
    seen.set(bad, first);
    return first === targetId;
  };
  const helping = (): void => {
    if (service.gone) return;
    const target = ledger.target();
    if (target === undefined) service.ask(first(service));
    else if (mayConfigure.has(service) && badOnes(ledger).some(isNew))
      service.ask(configure({ ...target, bad: false, ...nodesToMend(ledger, target) }));
    else for (const request of help(service)) service.ask(request);
    clock.wake(clock.now() + HELP_EVERY_MS, helping);
  };
  clock.wake(clock.now() + HELP_EVERY_MS, helping);
}

/** Two that never come up hold up each other's end, as long as gates count them in: they are brought up first. */
function nodesToMend(ledger: Ledger, { nodes, retired }: Shape): Pick<Shape, 'nodes' | 'retired'> {
  const isWanted = (index: number): boolean => hasInstance({ count: nodes, retired }, index);
  const going = ledger
    .instances()
    .filter(({ pod, index, configId }) => pod === 'node' && !isWanted(index) && ledger.shape(configId)?.bad === true)
    .map(({ index }) => index);
  if (going.length < 2) return { nodes, retired };
  const left = retired.filter((index) => !going.includes(index));
  const counts = going.map((index) => index + 1 - left.filter((gone) => gone < index).length);
  return { nodes: Math.max(nodes, ...counts), retired: left };
}

/** What is to run with a configuration that can never run, and no step of a roll is on its way to change that. */
function badOnes(ledger: Ledger): readonly string[] {
  const { targetConfigId = '' } = ledger.service() ?? {};
  const rolls = ledger.runs().filter((run) => run.ended === undefined && ['update', 'deploy'].includes(run.plan));
  const mended = new Set(
    rolls
      .flatMap((run) => ledger.steps(run))
      .flatMap(({ work, status }) => (work.kind === 'launch' && status !== 'COMPLETE' ? [work.instance] : [])),
  );
  const bad = ledger.instances().filter(({ name, configId }) => {
    return ledger.shape(configId)?.bad === true && !mended.has(name);
  });
  return [
    ...(ledger.target()?.bad === true ? [targetConfigId] : []),
    // When one is to be taken down and fails meanwhile, that goes first if the configuration is asked for again.
    ...bad.map(({ name }) => `${name} ${ledger.task(name, 'server')?.failed === undefined ? 'runs' : 'fails'}`),
  ];
}

/** What is not as it should be; of the instances too, unless somebody wanted them otherwise. */
function lacks({ tenant, ledger, overrides, gone }: Service, everything: boolean): readonly string[] {
  if (gone) return [];
  const target = ledger.target();
  if (target === undefined) return ['nothing is configured yet'];
  return shortcomings(tenant, ledger, overrides, target).filter((text) => everything || text.startsWith('run-'));
}

async function uninstall(world: World, leaving: readonly Service[]): Promise<void> {
  for (const service of leaving) {
    const asking = (): void => {
      if (service.ledger.service()?.uninstalling === false) service.ask({ type: 'uninstall' });
      if (!service.gone) world.clock.wake(world.clock.now() + HELP_EVERY_MS, asking);
    };
    asking();
  }
  await come(world, 'uninstall', (service) =>
    !leaving.includes(service) || service.gone ? [] : lacks(service, false).concat('the service is still there'),
  );
  for (const { tenant, ledger } of leaving) for (const text of leftOvers(tenant, ledger.size)) world.fail(text);
}

async function configureAgain(world: World, staying: readonly Service[], random: Random): Promise<void> {
  const { clock } = world;
  const there = new Set<Service>();
  for (const service of staying) {
    const { ledger } = service;
    const before = ledger.target();
    if (before === undefined) return;
    const shape = changeShape(random, before);
    world.trace.add(`last configuration of ${shape.name} ${JSON.stringify(shape)}`);
    // Also when it is the same again: it brings what was cancelled before to its end.
    const targetId = ledger.service()?.targetConfigId;
    const asking = (): void => {
      if (ledger.service()?.targetConfigId !== targetId) {
        there.add(service);
        return;
      }
      service.ask(configure(shape));
      clock.wake(clock.now() + HELP_EVERY_MS, asking);
    };
    asking();
  }
  await come(world, 'after the last configuration', (service) => {
    if (!staying.includes(service)) return [];
    return there.has(service) ? lacks(service, true) : ['the last configuration is not the target yet'];
  });
  const untilMs = clock.now() + STAY_MS;
  await world.until(() => clock.now() > untilMs);
  for (const service of staying) for (const text of lacks(service, true)) world.fail(`it did not stay: ${text}`);
}

async function come(world: World, when: string, missing: (service: Service) => readonly string[]): Promise<void> {
  const { clock, services } = world;
  const endMs = clock.now() + CALM_MAX_MS;
  let seen = -1;
  const isHere = (): boolean => {
    // Nothing can have come as long as nothing has happened.
    if (seen === world.happened) return false;
    seen = world.happened;
    // As long as something runs, it is not worth while to look at everything.
    return services.every(isIdle) && services.every((service) => missing(service).length === 0);
  };
  await world.until(() => clock.now() > endMs || isHere());
  if (world.failed) return;
  for (const service of services) {
    for (const text of [...overlooked(service.tenant, service.ledger), ...missing(service)]) {
      world.fail(`${service.shape.name} ${when}, within ${CALM_MAX_MS / 60_000} minutes: ${text}`);
    }
  }
}

const isIdle = ({ ledger }: Service): boolean => ledger.runs().every(({ ended }) => ended !== undefined);

/** A seed is run twice, the second time with nobody looking: what differs then comes from something that is not in the seed. */
export async function simulateTwice(seed: number): Promise<Outcome> {
  const outcome = await simulate(seed, { told: false, watched: true });
  if (outcome.failures.length > 0) return outcome;
  const again = await simulate(seed, { told: false, watched: false });
  if (outcome.hash === again.hash) return outcome;
  return { ...outcome, failures: [`not deterministic: ${outcome.hash}, then ${again.hash}`] };
}

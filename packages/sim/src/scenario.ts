/** One seed: a storm, in which nothing may ever go wrong; then calm, in which everything must come to its end. */
import { leftOvers, shortcomings } from './checker/end.ts';
import { settled } from './clock.ts';
import { quiet } from './fault.ts';
import { help, wish } from './person.ts';
import type { Random } from './random.ts';
import { changeShape, configOf } from './shape.ts';
import { blow, clear } from './weather.ts';
import type { Ledger } from './truth.ts';
import { World } from './world.ts';

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

export async function simulate(seed: number, keepTrace = false): Promise<Outcome> {
  const world = new World(seed, keepTrace);
  const meddled = await storm(world);
  if (!world.failed) await calm(world, meddled);
  return {
    seed,
    hash: world.trace.hash(),
    failures: world.failures,
    virtualMs: world.nowMs,
    crashes: world.crashes,
    trace: world.trace.lines,
  };
}

/** True when somebody left something undone on purpose: what was cancelled or counted as complete need not be. */
async function storm(world: World): Promise<boolean> {
  const { clock, cluster, ledger } = world;
  const random = world.random.fork();
  const wishes = world.random.fork();
  const weather = world.random.fork();
  let meddled = false;
  world.start();
  await settled();
  world.ask({ type: 'configure', config: configOf(world.shape) });
  const endMs = clock.now() + random.between(60_000, 900_000);
  const turn = (): void => {
    if (clock.now() > endMs) return;
    if (random.chance(0.5)) blow(weather, world.faults, cluster, clock);
    if (random.chance(0.05) && world.faults.crashAfterAct > 0) world.process?.crash('at any time');
    if (random.chance(0.6)) {
      const shape = ledger.target();
      const request = shape === undefined ? first(world) : wish({ random: wishes, ledger, shape });
      if (request?.type === 'plan-cancel' || request?.type === 'plan-force-complete') meddled = true;
      if (request !== undefined) world.ask(request);
    }
    clock.wake(clock.now() + random.between(100, 60_000), turn);
  };
  clock.wake(clock.now() + random.between(1_000, 60_000), turn);
  await world.until(() => clock.now() > endMs);
  return meddled;
}

const first = (world: World) => ({ type: 'configure', config: configOf(world.shape) }) as const;

async function calm(world: World, meddled: boolean): Promise<void> {
  const { clock, cluster, ledger } = world;
  const random = world.random.fork();
  world.trace.add('calm');
  world.faults = quiet;
  clear(random, cluster);
  let configuring = false;
  const helping = (): void => {
    // Two configurations at once would be two persons who do not know of each other.
    if (configuring) return;
    const target = ledger.target();
    if (target === undefined) world.ask(first(world));
    else if (isBad(ledger)) world.ask({ type: 'configure', config: configOf({ ...target, bad: false }) });
    else for (const request of help({ cluster, ledger })) world.ask(request);
    clock.wake(clock.now() + HELP_EVERY_MS, helping);
  };
  clock.wake(clock.now() + HELP_EVERY_MS, helping);
  await come(world, 'after the storm', () => lacks(world, !meddled));
  if (world.failed) return;
  if (random.chance(0.4)) {
    await uninstall(world);
    return;
  }
  await come(world, 'a configuration that can run', () => (isBad(ledger) ? ['one that cannot is wanted'] : []));
  configuring = true;
  await configureAgain(world, random);
}

/** Something is to run with a configuration that can never run, and nothing is on its way to change that. */
function isBad(ledger: Ledger): boolean {
  if (ledger.target()?.bad === true) return true;
  const rolls = ledger.runs().filter((run) => run.ended === undefined && ['update', 'deploy'].includes(run.plan));
  // A roll whose launches were forced complete waits for what it was to bring back.
  const launches = rolls.flatMap((run) => ledger.steps(run)).filter(({ work }) => work.kind === 'launch');
  if (rolls.length > 0 && launches.some(({ status }) => status !== 'COMPLETE')) return false;
  return ledger.instances().some(({ configId }) => ledger.shape(configId)?.bad === true);
}

/** What is not as it should be; of the instances too, unless somebody wanted them otherwise. */
function lacks({ cluster, ledger, overrides }: World, everything: boolean): readonly string[] {
  const target = ledger.target();
  if (target === undefined) return ['nothing is configured yet'];
  return shortcomings(cluster, ledger, overrides, target).filter((text) => everything || text.startsWith('run-'));
}

async function uninstall(world: World): Promise<void> {
  const asking = (): void => {
    if (world.ledger.service()?.uninstalling === false) world.ask({ type: 'uninstall' });
    if (!world.gone) world.clock.wake(world.clock.now() + HELP_EVERY_MS, asking);
  };
  asking();
  await come(world, 'uninstall', () => (world.gone ? [] : lacks(world, false).concat('the service is still there')));
  for (const text of leftOvers(world.cluster, world.ledger.size)) world.fail(text);
}

async function configureAgain(world: World, random: Random): Promise<void> {
  const { ledger, clock } = world;
  const before = ledger.target();
  if (before === undefined) return;
  const shape = changeShape(random, before);
  world.trace.add(`last configuration ${JSON.stringify(shape)}`);
  const config = configOf(shape);
  // Also when it is the same again: it brings what was cancelled before to its end.
  const targetId = ledger.service()?.targetConfigId;
  const isThere = (): boolean => ledger.service()?.targetConfigId !== targetId;
  const asking = (): void => {
    if (isThere()) return;
    world.ask({ type: 'configure', config });
    clock.wake(clock.now() + HELP_EVERY_MS, asking);
  };
  asking();
  await come(world, 'asking for the last configuration', () => (isThere() ? [] : ['it is not the target yet']));
  await come(world, 'after the last configuration', () => lacks(world, true));
  const untilMs = clock.now() + STAY_MS;
  await world.until(() => clock.now() > untilMs);
  for (const text of lacks(world, true)) world.fail(`it did not stay: ${text}`);
}

async function come(world: World, when: string, missing: () => readonly string[]): Promise<void> {
  const { clock } = world;
  const endMs = clock.now() + CALM_MAX_MS;
  await world.until(() => clock.now() > endMs || missing().length === 0);
  if (world.failed) return;
  for (const text of missing()) world.fail(`${when}, within ${CALM_MAX_MS / 60_000} minutes: ${text}`);
}

/** A seed is run twice: what differs then comes from something that is not in the seed. */
export async function simulateTwice(seed: number): Promise<Outcome> {
  const outcome = await simulate(seed);
  const again = await simulate(seed);
  if (outcome.hash === again.hash) return outcome;
  return { ...outcome, failures: [...outcome.failures, `not deterministic: ${outcome.hash}, then ${again.hash}`] };
}

/** Somebody who runs a Kafka: upgrades it, moves its data, changes his mind, and meddles meanwhile. */
import { hasInstance, instancesOf } from '@warder/core';
import type { Request, RunRecord } from '@warder/core';
import { help } from '@warder/sim/kit';
import type { Random } from '@warder/sim/kit';
import type { Mode } from './model/kafka.ts';
import type { Service } from './service.ts';

const versions: Readonly<Record<Mode, readonly string[]>> = {
  kraft: ['3.9.2', '4.3.1', '4.4.0'],
  zookeeper: ['2.8.2', '3.9.2'],
};

type Scene = {
  readonly random: Random;
  readonly service: Service;
  readonly mode: Mode;
  /** There is room for so many brokers. */
  readonly brokersMax: number;
};

const open = ({ ledger }: Service): readonly RunRecord[] => ledger.runs().filter(({ ended }) => ended === undefined);

export const upgradeTo = (to: string, soak: number, accept: boolean): Request => ({
  type: 'plan-start',
  plan: 'upgrade',
  params: { to, soak: String(soak), ...(accept ? { unavailable: 'accept' } : {}) },
});

export const migrate = (soak: number): Request => ({
  type: 'plan-start',
  plan: 'migrate',
  params: { soak: String(soak), unavailable: 'accept' },
});

/** How often each is done. */
const wishes: readonly (readonly [weight: number, wish: (scene: Scene) => void])[] = [
  [
    6,
    ({ random, service, mode }) =>
      service.ask(upgradeTo(random.pick(versions[mode]), random.pick([3, 10, 60]), random.chance(0.3))),
  ],
  [3, ({ service }) => service.ask({ type: 'plan-approve', plan: 'upgrade' })],
  [2, ({ service }) => service.ask({ type: 'plan-rollback', plan: 'upgrade' })],
  [1, ({ service }) => service.ask({ type: 'plan-rollback', plan: 'update' })],
  [
    1,
    ({ random, service }) =>
      service.ask({ type: 'config-rollback', configId: random.pick(service.ledger.configs()).id }),
  ],
  [1, ({ random, service, mode }) => void service.change({ version: random.pick(versions[mode]) })],
  [
    2,
    ({ random, service }) =>
      void service.change({ options: { kafka: { socket_send_buffer_bytes: 4_096 * random.between(1, 9) } } }),
  ],
  [
    2,
    ({ random, service }) =>
      void service.change({ options: { kafka: { log_retention_hours: random.between(1, 200) } } }),
  ],
  [5, roll],
  [4, move],
  [5, spread],
  [4, pod],
  [4, run],
];

export function wish(scene: Scene): void {
  if (scene.service.target() === undefined) return;
  let at = scene.random.between(0, wishes.reduce((sum, [weight]) => sum + weight, 0) - 1);
  for (const [weight, act] of wishes) {
    if (at < weight) {
      act(scene);
      return;
    }
    at -= weight;
  }
}

/** What brokers live with. */
const fit = { brokers: { heap: 512 }, kafka: { replica_fetch_wait_max_ms: 500 } };
/** They do not start; or end soon after they came up. */
const unfit = [{ kafka: { replica_fetch_wait_max_ms: 40_000 } }, { brokers: { heap: 128 } }] as const;

/** Several at once, one before all others, or both. */
function roll({ random, service, mode }: Scene): void {
  const bad = random.chance(0.3);
  const options = bad
    ? random.pick(unfit)
    : { ...fit, kafka: { ...fit.kafka, socket_send_buffer_bytes: 4_096 * random.between(1, 9) } };
  const version = random.chance(0.2) ? { version: random.pick(versions[mode]) } : {};
  const parallel = random.chance(0.75) ? { parallel: random.between(2, 3) } : {};
  const canary = { soakSeconds: random.pick([0, 5, 30, 60]), autoRollback: random.chance(0.7) };
  const hasCanary = bad || random.chance(0.4);
  const thinkMs = random.chance(0.5) ? random.between(100, 30_000) : undefined;
  void service.roll({ options, ...version }, { ...parallel, ...(hasCanary ? { canary } : {}) }, thinkMs);
}

/** From ZooKeeper to controllers, and back. */
function move({ random, service, mode }: Scene): void {
  if (mode === 'kraft') return;
  const act = random.between(0, 5);
  if (act < 3) service.ask(migrate(random.pick([3, 10, 60])));
  else if (act === 3) service.ask({ type: 'plan-approve', plan: 'migrate' });
  else if (act === 4) service.ask({ type: 'plan-rollback', plan: 'migrate' });
  else service.ask({ type: 'plan-start', plan: 'migrate-back' });
}

const replacers = ['replace', 'replace-broker', 'move-broker'];
const movers = ['rebalance', 'decommission-broker', 'scale', 'replace-broker', 'move-broker'];

/** Partitions go to other brokers, and there are more of these, or fewer. */
function spread({ random, service, brokersMax }: Scene): void {
  const { count = 0 } = (service.target()?.options['brokers'] ?? {}) as { readonly count?: number };
  if (random.chance(0.2) && count < brokersMax) {
    void service.change({ options: { brokers: { count: count + 1 } } });
    return;
  }
  const pod = service.target()?.spec.pods.find(({ name }) => name === 'broker');
  const id = String(random.pick(pod === undefined ? [0] : instancesOf(pod)));
  const throttle = random.pick(['none', '20k', '50k']);
  const act = random.between(0, 9);
  if (act < 2) service.ask({ type: 'plan-start', plan: 'decommission-broker', params: { broker: id, throttle } });
  if (act === 2) void service.change({ options: { brokers: { count: count - 1 } } });
  if (act === 3) {
    const brokers = String(Math.min(brokersMax, Math.max(1, count + random.between(-1, 1))));
    service.ask({ type: 'plan-start', plan: 'scale', params: { brokers, throttle, rebalance: 'true' } });
  }
  const moving = open(service).filter(({ plan, ending }) => movers.includes(plan) && ending === undefined);
  if (act >= 4 && moving.length > 0) service.ask({ type: 'plan-cancel', plan: random.pick(moving).id });
  if (act <= 3 || moving.length > 0) return;
  const params = {
    ...random.pick([{}, {}, { empty: id }, { empty: id }, { brokers: id }, { repair_racks: 'true' }]),
    throttle,
    moves: random.pick(['1', '3', '1000']),
  };
  service.ask({ type: 'plan-start', plan: 'rebalance', params });
}

function pod(scene: Scene): void {
  const { random, service } = scene;
  const instances = service.ledger.instances();
  if (instances.length === 0) return;
  const { name: instance, paused } = random.pick(instances);
  if (paused !== undefined) service.ask({ type: 'pod-resume', instance, tasks: [] });
  else if (random.chance(0.55)) service.ask({ type: 'pod-restart', instance, force: random.chance(0.1) });
  else if (random.chance(0.7)) replace(scene, instance);
  else service.ask({ type: 'pod-pause', instance, tasks: [], force: false });
}

/** As any pod is, or as a broker: throttled, and on another agent. */
function replace({ random, service }: Scene, instance: string): void {
  const broker = /^broker-(\d+)$/.exec(instance)?.[1];
  const plan = random.pick(['replace', 'replace-broker', 'move-broker']);
  if (broker === undefined || plan === 'replace') service.ask({ type: 'pod-replace', instance, force: false });
  else service.ask({ type: 'plan-start', plan, params: { broker, throttle: random.pick(['none', '20k', '50k']) } });
}

function run({ random, service }: Scene): void {
  const runs = open(service);
  if (runs.length === 0) return;
  const { id: plan, ending } = random.pick(runs);
  const type = random.pick(['plan-pause', 'plan-resume', 'plan-resume', 'plan-restart', 'plan-cancel'] as const);
  // Whoever cancels it twice does not want it to clean up.
  if (type !== 'plan-cancel' || ending === undefined) service.ask({ type, plan });
}

/** What a person must do for everything to come to its end. */
export function mend(service: Service): void {
  if (isUnfit(service)) takeBack(service, fit);
  for (const request of help(service)) service.ask(request);
  for (const { id: plan, plan: name, phases, ending } of open(service)) {
    // What is given up cleans up first: what its other steps said last is of no interest any more.
    const own = ending === undefined ? phases : phases.filter(({ cleanup }) => cleanup === true);
    const steps = own.flatMap(({ stepIds }) => stepIds.flatMap((step) => service.ledger.step(step) ?? []));
    for (const { id: step, status, reason, work } of steps) {
      if (status === 'ERROR') service.ask({ type: 'plan-restart', plan, step });
      // It brings a configuration that no broker lives with, and the one that mends it waits for its end.
      if (replacers.includes(name) && status === 'DELAYED' && !isUnfit(service))
        service.ask({ type: 'plan-cancel', plan });
      // Its own configuration may be what it cannot live with.
      if (/start the plan update to bring it/.test(reason?.text ?? ''))
        service.ask({ type: 'plan-start', plan: 'update' });
      // It says what is in the way; that this is seen to is another story.
      if (/nothing was changed: |plan cancel upgrade|cancel the run that replaces it/.test(reason?.text ?? ''))
        service.ask({ type: 'plan-cancel', plan });
      // A broker that has something does not go: it is wanted again.
      if (/take the change back/.test(reason?.text ?? '')) {
        const retired = retiredOf(service).filter((id) => `broker-${id}` !== work.instance);
        takeBack(service, { brokers: { count: countOf(service) + 1, retired } });
      }
      // There is no room for one more before another has gone.
      if (name === 'update' && reason?.text.startsWith('no agent fits') === true && work.instance === newestOf(service))
        takeBack(service, { brokers: { count: countOf(service) - 1 } });
      const [, gone] = /moves? to broker (\d+) cannot begin/.exec(reason?.text ?? '') ?? [];
      if (gone !== undefined && !isWanted(service, Number(gone))) service.ask({ type: 'plan-cancel', plan });
    }
  }
}

type BrokerOptions = { readonly count?: number; readonly retired?: readonly number[] };

const brokerOptions = (service: Service): BrokerOptions =>
  (service.target()?.options['brokers'] ?? {}) as BrokerOptions;

const countOf = (service: Service): number => brokerOptions(service).count ?? 0;

const retiredOf = (service: Service): readonly number[] => brokerOptions(service).retired ?? [];

/** The broker that came last, as far as numbers tell. */
function newestOf(service: Service): string | undefined {
  const pod = service.target()?.spec.pods.find(({ name }) => name === 'broker');
  return pod === undefined ? undefined : `broker-${instancesOf(pod).at(-1)}`;
}

const isWanted = (service: Service, id: number): boolean =>
  hasInstance(
    service.target()?.spec.pods.find(({ name }) => name === 'broker'),
    id,
  );

function isUnfit(service: Service): boolean {
  const { brokers, kafka } = (service.target()?.options ?? {}) as Partial<typeof fit>;
  return brokers?.heap === 128 || kafka?.replica_fetch_wait_max_ms === 40_000;
}

/** In the middle of a plan that brings configurations itself only without that, once it has cleaned up. */
function takeBack(service: Service, options: Readonly<Record<string, unknown>>): void {
  const staged = open(service).find((each) =>
    service.ledger.steps(each).some(({ work, status }) => work.kind === 'configure' && status !== 'COMPLETE'),
  );
  if (staged !== undefined && staged.ending === undefined) service.ask({ type: 'plan-cancel', plan: staged.id });
  void service.change({ options });
}

/** Everything that waits, with why. */
export const waiting = (service: Service): readonly string[] =>
  open(service).map((each) => {
    const steps = service.ledger.steps(each).filter(({ status }) => status !== 'COMPLETE');
    const waits = steps.map(({ id, name, status, reason }) => `${id} ${name} ${status} ${reason?.text ?? ''}`);
    return `${each.id} (${each.plan}) has not ended${each.paused === undefined ? '' : ' (paused)'}: ${waits.join('; ')}`;
  });

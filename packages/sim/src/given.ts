/** A spec that was not made for a world, lived through storms all the same: with what the simulator has a model of. */
import { instancesOf } from '@warder/core';
import type { NewConfig, PodSpec, Request, ServiceSpec, StepSpec, TaskSpec } from '@warder/core';
import { leftOvers } from './checker/end.ts';
import { settled, VirtualClock } from './clock.ts';
import type { Agent } from './cluster/agent.ts';
import { Cluster } from './cluster/cluster.ts';
import { drawFaults, quiet } from './fault.ts';
import type { Faults } from './fault.ts';
import type { Ledger } from './ledger.ts';
import { help } from './person.ts';
import { Random } from './random.ts';
import type { Outcome } from './scenario.ts';
import { Service } from './service.ts';
import { drawShape } from './shape/shape.ts';
import { Trace } from './trace.ts';
import { blow, clear } from './weather.ts';

const AGENTS = 8;
const CALM_MAX_MS = 2_400_000;
const STAY_MS = 120_000;
const HELP_EVERY_MS = 20_000;
const MARK = 'GIVEN_VERSION';

/** One seed of storm, calm and uninstall. The failures are empty when nothing went wrong. */
export async function simulateSpec(seed: number, given: ServiceSpec): Promise<Outcome> {
  const world = new GivenWorld(seed, simulated(given));
  await world.storm();
  await world.calm();
  await world.uninstall();
  const { trace, failures, clock, service } = world;
  return { seed, hash: trace.hash(), failures, virtualMs: clock.now(), crashes: service.crashes, trace: trace.lines };
}

/**
 * What is left out is for the inside of an agent: images, networks, secrets, isolation, cards and roles. What a command
 * would do is drawn from the seed; whether it should go on or come to its end is the goal of its task.
 */
function simulated(spec: ServiceSpec): ServiceSpec {
  return {
    ...spec,
    pods: spec.pods.map((pod): PodSpec => ({
      name: pod.name,
      count: pod.count,
      ...(pod.retired === undefined ? {} : { retired: pod.retired }),
      allowDecommission: pod.allowDecommission,
      uris: pod.uris,
      rlimits: pod.rlimits,
      gates: pod.gates,
      ...(pod.placement === undefined ? {} : { placement: pod.placement }),
      ...(pod.volumes === undefined ? {} : { volumes: pod.volumes }),
      resourceSets: pod.resourceSets.map(({ gpus: _gpus, limits: _limits, ...set }) => set),
      tasks: pod.tasks.map(simulatedTask),
    })),
  };
}

function simulatedTask({ transportEncryption: _tls, ipcMode: _ipc, shmSizeMiB: _shm, ...task }: TaskSpec): TaskSpec {
  return { ...task, configs: [], cmd: `${task.goal === 'RUNNING' ? 'serve' : 'once'} ${task.name}` };
}

class GivenWorld {
  readonly clock = new VirtualClock(Date.UTC(2026, 0, 1));
  readonly trace = new Trace(this.clock.now, false);
  readonly failures: string[] = [];
  readonly service: Service;
  readonly #random: Random;
  readonly #cluster: Cluster;
  readonly #given: ServiceSpec;
  #faults: Faults;
  #version = 1;

  constructor(seed: number, given: ServiceSpec) {
    this.#random = new Random(seed);
    this.#given = given;
    // A successor of an agent would be one of the ordinary worlds.
    this.#faults = { ...drawFaults(this.#random.fork()), agentGone: 0 };
    const parts = { clock: this.clock, faults: () => this.#faults };
    const agents = Array.from({ length: AGENTS }, (_, at) => bigAgent(at));
    const trace = (text: string): void => this.trace.add(text);
    this.#cluster = new Cluster({ ...parts, random: this.#random.fork(), agents, trace });
    this.service = new Service({
      ...parts,
      // Only its name, and that no gate is asked.
      shape: { ...drawShape(this.#random.fork(), given.name), gated: false },
      watched: true,
      random: this.#random.fork(),
      cluster: this.#cluster,
      trace: this.trace,
      fail: (text) => this.failures.push(`at ${this.clock.now() - Date.UTC(2026, 0, 1)} ms: ${text}`),
    });
  }

  async storm(): Promise<void> {
    const { clock, service } = this;
    const random = this.#random.fork();
    const weather = this.#random.fork();
    service.start();
    await settled();
    service.ask(configure(this.#given));
    const endMs = clock.now() + random.between(60_000, 600_000);
    const turn = (): void => {
      if (clock.now() > endMs) return;
      if (random.chance(0.5)) blow(weather, this.#faults, this.#cluster, clock);
      if (random.chance(0.05) && this.#faults.crashAfterAct > 0) service.crash('at any time');
      if (random.chance(0.6)) service.ask(this.#wish(random));
      clock.wake(clock.now() + random.between(100, 40_000), turn);
    };
    clock.wake(clock.now() + random.between(1_000, 40_000), turn);
    await this.#until(() => clock.now() > endMs);
  }

  async calm(): Promise<void> {
    this.#faults = quiet;
    clear(this.#random.fork(), this.#cluster);
    const { clock, service } = this;
    this.#version += 1;
    const last = String(this.#version);
    const helping = (): void => {
      if (service.gone || service.ledger.service()?.uninstalling === true) return;
      const target = specOf(service.ledger);
      if (versionOf(target) !== last) service.ask(configure(marked(target ?? this.#given, last)));
      else for (const request of help(service)) service.ask(request);
      clock.wake(clock.now() + HELP_EVERY_MS, helping);
    };
    helping();
    await this.#come('after the storm', () => this.#lacks(last));
    const stayMs = clock.now() + STAY_MS;
    await this.#until(() => clock.now() > stayMs);
    if (this.failures.length === 0) this.failures.push(...this.#lacks(last).map((text) => `it did not stay: ${text}`));
  }

  async uninstall(): Promise<void> {
    const { clock, service } = this;
    const asking = (): void => {
      if (service.gone) return;
      if (service.ledger.service()?.uninstalling !== true) service.ask({ type: 'uninstall' });
      clock.wake(clock.now() + HELP_EVERY_MS, asking);
    };
    asking();
    await this.#come('the uninstall', () => (service.gone ? [] : ['the service is still there']));
    this.failures.push(...leftOvers(service.tenant, service.ledger.size));
  }

  #wish(random: Random): Request {
    const { ledger } = this.service;
    const runs = ledger.runs().filter(({ ended }) => ended === undefined);
    const instances = ledger.instances().map(({ name }) => name);
    const kind = random.between(0, 9);
    if (kind < 3 || instances.length === 0) return configure(this.#change(random));
    const instance = random.pick(instances);
    const force = random.chance(0.3);
    if (kind === 3) return { type: 'pod-restart', instance, force };
    if (kind === 4) return { type: 'pod-replace', instance, force };
    if (kind === 5) {
      const isPaused = ledger.instance(instance)?.paused !== undefined;
      return isPaused ? { type: 'pod-resume', instance, tasks: [] } : { type: 'pod-pause', instance, tasks: [], force };
    }
    if (kind === 6)
      return { type: 'plan-start', plan: random.pick(['deploy', ...this.#given.plans.map(({ name }) => name)]) };
    if (runs.length === 0) return { type: 'pod-restart', instance, force };
    const plan = random.pick(runs).id;
    return {
      type: random.pick(['plan-pause', 'plan-resume', 'plan-restart', 'plan-force-complete', 'plan-cancel']),
      plan,
    };
  }

  /** Of the kinds that users make; some of them are refused. */
  #change(random: Random): ServiceSpec {
    const spec = specOf(this.service.ledger) ?? this.#given;
    const one = random.pick(spec.pods).name;
    const changed = (change: (pod: PodSpec) => PodSpec): ServiceSpec => ({
      ...spec,
      pods: spec.pods.map((pod) => (pod.name === one ? change(pod) : pod)),
    });
    this.#version += 1;
    switch (random.between(0, 3)) {
      case 0:
        return marked(spec, String(this.#version));
      case 1:
        return changed((pod) => ({ ...pod, count: Math.max(1, Math.min(4, pod.count + random.pick([-1, 1]))) }));
      case 2:
        return changed((pod) => ({
          ...pod,
          resourceSets: pod.resourceSets.map((set) => ({ ...set, memoryMiB: set.memoryMiB + 8 })),
        }));
      default:
        return this.#given;
    }
  }

  /** What is not as the last configuration says. */
  #lacks(version: string): readonly string[] {
    const { ledger, tenant } = this.service;
    const spec = specOf(ledger);
    if (spec === undefined || versionOf(spec) !== version) return ['the last configuration is not the target yet'];
    const open = ledger.runs().filter(({ ended }) => ended === undefined);
    const live = tenant.live();
    const isWanted = (name: string): boolean =>
      spec.pods.some((pod) => instancesOf(pod).some((index) => `${pod.name}-${index}` === name));
    return [
      ...open.map(({ id, plan }) => `${id} (${plan}) has not ended`),
      ...live.flatMap(({ id, instance }) => (isWanted(instance) ? [] : [`${id} runs, and is not wanted`])),
      ...deployed(spec).flatMap(({ instance, task }) => {
        const name = `${instance}-${task.name}`;
        const mine = [...tenant.tasks.values()].filter((each) => each.name === name);
        const isNew = (env: Readonly<Record<string, string>>): boolean => env[MARK] === version;
        if (task.goal !== 'RUNNING') {
          const done = mine.some(
            ({ state, launch }) => state === 'FINISHED' && (task.goal === 'ONCE' || isNew(launch.env)),
          );
          return done ? [] : [`${name} has not finished`];
        }
        const now = mine.find(({ state, ready }) => state === 'RUNNING' && ready);
        return now !== undefined && isNew(now.launch.env) ? [] : [`${name} does not run as it should`];
      }),
    ];
  }

  async #come(when: string, missing: () => readonly string[]): Promise<void> {
    const endMs = this.clock.now() + CALM_MAX_MS;
    let seen = -1;
    await this.#until(() => {
      const happened = this.service.commits + this.trace.length;
      if (this.clock.now() > endMs) return true;
      if (happened === seen) return false;
      seen = happened;
      return missing().length === 0;
    });
    if (this.failures.length === 0) this.failures.push(...missing().map((text) => `${when}: ${text}`));
  }

  async #until(done: () => boolean): Promise<void> {
    while (!done() && this.failures.length === 0 && this.clock.fire()) await settled();
  }
}

/** The tasks that its deploy or update brings up, instance by instance. */
function deployed(spec: ServiceSpec): readonly { readonly instance: string; readonly task: TaskSpec }[] {
  const plan = spec.plans.find(({ name }) => name === 'update') ?? spec.plans.find(({ name }) => name === 'deploy');
  return spec.pods.flatMap((pod) => {
    const phases = plan?.phases.filter((phase) => phase.pod === pod.name);
    return instancesOf(pod).flatMap((index) => {
      const isLaunched = ({ name }: TaskSpec): boolean =>
        phases === undefined ||
        phases.some(({ steps }) => steps === undefined || stepsFor(steps, index).some((step) => launches(step, name)));
      return pod.tasks.filter(isLaunched).map((task) => ({ instance: `${pod.name}-${index}`, task }));
    });
  });
}

function stepsFor(steps: readonly StepSpec[], index: number): readonly StepSpec[] {
  const own = steps.filter((step) => step.index === index);
  return own.length > 0 ? own : steps.filter((step) => step.index === undefined);
}

const launches = (step: StepSpec, task: string): boolean => step.kind === 'launch' && step.tasks.includes(task);

const configOf = (spec: ServiceSpec): NewConfig => ({
  spec,
  given: {},
  options: {},
  packageVersion: '1',
  version: '1.0',
});

const configure = (spec: ServiceSpec): Request => ({ type: 'configure', config: configOf(spec) });

const specOf = (ledger: Ledger): ServiceSpec | undefined => ledger.config(ledger.service()?.targetConfigId ?? '')?.spec;

const marked = (spec: ServiceSpec, version: string): ServiceSpec => ({
  ...spec,
  pods: spec.pods.map((pod) => ({
    ...pod,
    tasks: pod.tasks.map((task) => ({ ...task, env: { ...task.env, [MARK]: version } })),
  })),
});

const versionOf = (spec: ServiceSpec | undefined): string | undefined => spec?.pods[0]?.tasks[0]?.env[MARK];

/** Fits whatever a spec asks for. */
const bigAgent = (at: number): Agent => ({
  id: `agent-${at}`,
  hostname: `host-${at}`,
  address: `10.0.0.${at + 1}`,
  attributes: { zone: `zone-${at % 4}`, region: 'here' },
  cpus: 40,
  memoryMiB: 60_000,
  diskMiB: 100_000,
  disks: Array.from({ length: 8 }, (_, disk) => ({ id: `agent-${at}-disk-${disk}`, sizeMiB: 10_000 })),
  ports: { begin: 1, end: 32_000 },
  services: 1,
  state: 'up',
  maintenance: undefined,
  maintainedMs: undefined,
  foreignCpus: 0,
});

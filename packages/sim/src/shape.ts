/** The service of a world, in the few numbers that its seed and its storm draw, and the spec that they come to. */
import type {
  NewConfig,
  PhaseStrategy,
  PlanSpec,
  PodSpec,
  ResourceSet,
  Rule,
  ServiceSpec,
  StepSpec,
  TaskSpec,
} from '@warder/core';
import type { Random } from './random.ts';

export type Shape = {
  /** These never change in a world. */
  readonly name: string;
  readonly gated: boolean;
  readonly strategy: PhaseStrategy;
  readonly unique: boolean;
  /** ONCE before the server, in the same resource set. */
  readonly init: boolean;
  /** Peers that must be known before the first node starts. */
  readonly seeds: number;
  /** What updates change. */
  readonly nodes: number;
  readonly version: number;
  readonly live: Readonly<Record<string, string>>;
  readonly sidecar: boolean;
  /** A FINISH task: once for each configuration that changes it. */
  readonly job: number | undefined;
  readonly cpus: number;
  readonly ports: number;
  readonly graceMs: number;
  /** A configuration with which no server ever starts. */
  readonly bad: boolean;
};

export function drawShape(random: Random, name: string): Shape {
  return {
    name,
    gated: random.chance(0.6),
    strategy: random.chance(0.75) ? 'serial' : 'parallel',
    unique: random.chance(0.4),
    init: random.chance(0.4),
    seeds: random.chance(0.4) ? random.between(1, 2) : 0,
    nodes: random.between(1, 4),
    version: 1,
    live: random.chance(0.5) ? { speed: '1' } : {},
    sidecar: random.chance(0.4),
    job: random.chance(0.25) ? 1 : undefined,
    cpus: 1,
    ports: 1,
    graceMs: random.pick([1_000, 10_000]),
    bad: false,
  };
}

/** One or two changes, of the kinds that users make. */
export function changeShape(random: Random, shape: Shape): Shape {
  const once = (from: Shape): Shape => {
    switch (random.between(0, 10)) {
      case 0:
      case 1:
      case 2:
        return { ...from, version: from.version + 1 };
      case 3:
        return { ...from, version: Math.max(1, from.version - 1) };
      case 4:
      case 5:
        return {
          ...from,
          live: random.chance(0.2)
            ? {}
            : { ...from.live, [random.pick(['speed', 'size'])]: String(random.between(1, 3)) },
        };
      case 6:
        return { ...from, nodes: random.between(1, 4) };
      case 7:
        return { ...from, sidecar: !from.sidecar };
      case 8:
        return { ...from, cpus: random.pick([0.5, 1, 1.5]), ports: random.between(1, 2) };
      case 9:
        return { ...from, seeds: from.seeds === 0 ? 0 : random.between(1, 2), graceMs: random.pick([1_000, 10_000]) };
      default:
        return { ...from, job: from.job === undefined ? undefined : from.job + 1 };
    }
  };
  const changed = once({ ...shape, bad: false });
  return random.chance(0.3) ? once(changed) : changed;
}

export function configOf(shape: Shape): NewConfig {
  const options = { ...shape };
  return { spec: specOf(shape), given: options, options, packageVersion: '1', version: '1.0' };
}

const specs = new WeakMap<Shape, ServiceSpec>();

export function specOf(shape: Shape): ServiceSpec {
  const spec = specs.get(shape) ?? makeSpec(shape);
  specs.set(shape, spec);
  return spec;
}

function makeSpec(shape: Shape): ServiceSpec {
  const seeds = shape.seeds === 0 ? [] : [seedPod(shape)];
  const nodes = nodePod(shape);
  return { name: shape.name, user: 'nobody', pods: [...seeds, nodes], plans: plansOf(shape) };
}

/** Tasks that share a resource set must be launched by steps of their own. */
function plansOf({ seeds, init, sidecar, job, strategy }: Shape): readonly PlanSpec[] {
  const rest = ['server', ...(sidecar ? ['sidecar'] : []), ...(job === undefined ? [] : ['job'])];
  return [
    {
      name: 'deploy',
      strategy: 'serial',
      phases: [
        ...(seeds === 0 ? [] : [{ name: 'seed', pod: 'seed', strategy: 'parallel' as const }]),
        {
          name: 'node',
          pod: 'node',
          strategy,
          ...(init ? { steps: [launchOf('init'), launchOf(...rest)] } : {}),
        },
      ],
    },
  ];
}

const launchOf = (...tasks: readonly string[]): StepSpec => ({ kind: 'launch', tasks });

function nodePod(shape: Shape): PodSpec {
  const { gated, unique, init, nodes, sidecar, job } = shape;
  const placement: Rule | undefined = unique ? { kind: 'max-per', field: 'hostname', max: 1 } : undefined;
  return {
    ...bare,
    name: 'node',
    count: nodes,
    ...(placement === undefined ? {} : { placement }),
    resourceSets: [
      {
        ...setOf('main', shape.cpus),
        ports: Array.from({ length: shape.ports }, (_, at) => ({ name: `port-${at}`, port: 0, advertise: true })),
        volumes: [{ path: 'data', type: 'ROOT', sizeMiB: 100 }],
      },
      ...(sidecar ? [setOf('side', 0.1)] : []),
      ...(job === undefined ? [] : [setOf('job', 0.1)]),
    ],
    tasks: [
      ...(init ? [{ ...taskOf('init', 'ONCE', 'once', 'main', shape), env: {} }] : []),
      serverTask(shape),
      ...(sidecar ? [{ ...taskOf('sidecar', 'RUNNING', 'serve', 'side', shape), essential: false }] : []),
      ...(job === undefined ? [] : [taskOf('job', 'FINISH', `once ${job}`, 'job', shape)]),
    ],
    gates: gated
      ? { stop: ['safe-to-stop'], replace: ['safe-to-stop'], start: ['caught-up'] }
      : { stop: [], replace: [], start: [] },
  };
}

function serverTask(shape: Shape): TaskSpec {
  const peers = shape.seeds === 0 ? '' : '{{#peers.seed}}{{instance}} {{/peers.seed}}';
  return {
    ...taskOf('server', 'RUNNING', shape.bad ? 'crash' : 'serve', 'main', shape),
    readinessCheck: { cmd: 'ready', intervalMs: 1_000, timeoutMs: 1_000, delayMs: 0 },
    configs: [
      { name: 'live', dest: 'live', template: '{{#live}}{{key}}={{{value}}};{{/live}}' },
      { name: 'peers', dest: 'peers', template: peers },
    ],
    live: { procedure: 'set-live', values: shape.live },
  };
}

function seedPod(shape: Shape): PodSpec {
  return {
    ...bare,
    name: 'seed',
    count: shape.seeds,
    resourceSets: [{ ...setOf('main', 0.1), ports: [{ name: 'port-0', port: 0, advertise: false }] }],
    tasks: [{ ...taskOf('seed', 'RUNNING', 'serve', 'main', shape), env: {} }],
    gates: { stop: [], replace: [], start: [] },
  };
}

const bare = { allowDecommission: true, uris: [], rlimits: [] } as const;

const setOf = (name: string, cpus: number): ResourceSet => ({ name, cpus, memoryMiB: 64, ports: [], volumes: [] });

const taskOf = (name: string, goal: TaskSpec['goal'], cmd: string, resourceSet: string, shape: Shape): TaskSpec => ({
  name,
  goal,
  essential: true,
  cmd,
  env: { VERSION: String(shape.version) },
  configs: [],
  resourceSet,
  killGraceMs: shape.graceMs,
  labels: {},
});

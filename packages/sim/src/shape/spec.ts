/** The spec that a shape comes to. */
import type { NewConfig, PodSpec, ResourceSet, ServiceSpec, TaskSpec, VolumeSpec } from '@warder/core';
import { plansOf } from './plan.ts';
import { rulesOf } from './rule.ts';
import type { Shape } from './shape.ts';

/** What the replacement policy says, where there is one. */
const POLICY = { afterMs: 90_000, delayMs: 120_000 } as const;

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
  const pods = [
    ...(shape.seeds === 0 ? [] : [smallPod('seed', shape.seeds, shape)]),
    nodePod(shape),
    ...(shape.extras === 0 ? [] : [smallPod('extra', shape.extras, shape)]),
  ];
  return {
    name: shape.name,
    user: 'nobody',
    pods,
    plans: plansOf(shape),
    ...(shape.replacement ? { replacement: POLICY } : {}),
  };
}

function nodePod(shape: Shape): PodSpec {
  const { gated, init, nodes, retired, sidecar, job, disk, shared } = shape;
  const data: VolumeSpec = { path: 'data', type: disk, sizeMiB: 100 };
  return {
    ...bare,
    ...rulesOf(shape).node,
    name: 'node',
    count: nodes,
    ...(retired.length === 0 ? {} : { retired }),
    resourceSets: [
      {
        ...setOf('main', shape.cpus),
        ports: Array.from({ length: shape.ports }, (_, at) => ({ name: `port-${at}`, port: 0, advertise: true })),
        volumes: [data],
      },
      ...(sidecar ? [setOf('side', 0.1)] : []),
      ...(job === undefined ? [] : [setOf('job', 0.1)]),
    ],
    ...(shared ? { volumes: [{ path: 'shared', type: 'ROOT', sizeMiB: 50 }] } : {}),
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

/** Of one task that never changes. */
function smallPod(name: 'seed' | 'extra', count: number, shape: Shape): PodSpec {
  return {
    ...bare,
    ...(name === 'extra' ? rulesOf(shape).extra : {}),
    name,
    count,
    resourceSets: [{ ...setOf('main', 0.1), ports: [{ name: 'port-0', port: 0, advertise: false }] }],
    tasks: [{ ...taskOf(name, 'RUNNING', 'serve', 'main', shape), env: {} }],
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

/** A service in the middle of things, as records: what the tests of the views look at. */
import { restore } from '@warder/core';
import type {
  Evaluation,
  InstanceRecord,
  PlanSpec,
  RunRecord,
  ServiceSpec,
  State,
  StepRecord,
  TaskRecord,
} from '@warder/core';

const spec: ServiceSpec = {
  name: 'prod/kafka',
  user: 'nobody',
  pods: [
    {
      name: 'broker',
      count: 3,
      allowDecommission: false,
      uris: [],
      rlimits: [],
      gates: { stop: [], replace: [], start: [] },
      resourceSets: [
        {
          name: 'server-resources',
          cpus: 1,
          memoryMiB: 512,
          volumes: [],
          ports: [
            { name: 'broker', port: 0, advertise: true, vip: { prefix: 'kafka', port: 9092 } },
            { name: 'jmx', port: 0, advertise: false },
          ],
        },
      ],
      tasks: [
        {
          name: 'server',
          goal: 'RUNNING',
          essential: true,
          cmd: 'exec run',
          env: {},
          configs: [],
          resourceSet: 'server-resources',
          killGraceMs: 1000,
          labels: {},
        },
      ],
    },
  ],
  plans: [{ name: 'backup', strategy: 'parallel', phases: [] }],
};

export const task = (index: number, change: Partial<TaskRecord> = {}): TaskRecord => ({
  id: `prod.kafka__broker-${index}-server__${index + 10}`,
  name: 'server',
  instance: `broker-${index}`,
  agentId: `agent-${index}`,
  configId: 'config-1',
  state: 'RUNNING',
  ready: true,
  launchedMs: 1000,
  stateMs: 2000,
  startedMs: 2000,
  ...change,
});

export const instance = (index: number, change: Partial<InstanceRecord> = {}): InstanceRecord => ({
  name: `broker-${index}`,
  pod: 'broker',
  index,
  configId: 'config-1',
  liveConfigId: 'config-1',
  reservation: {
    id: `prod.kafka__broker-${index}__${index}`,
    instance: `broker-${index}`,
    agentId: `agent-${index}`,
    hostname: `host-${index}`,
    address: `127.0.1.${index}`,
    sets: [
      { name: 'server-resources', cpus: 1, memoryMiB: 512, ports: { broker: 9000 + index, jmx: 7000 }, volumes: [] },
    ],
  },
  ...change,
});

export const step = (run: string, index: number, change: Partial<StepRecord> = {}): StepRecord => ({
  id: `${run}.0.${index}`,
  runId: run,
  name: `broker-${index}:[server]`,
  work: {
    kind: 'launch',
    instance: `broker-${index}`,
    tasks: ['server'],
    configId: 'config-1',
    restart: false,
    replace: false,
    force: false,
  },
  status: 'COMPLETE',
  diff: [],
  deferred: false,
  attempts: 1,
  passed: [],
  ...change,
});

export const run = (id: string, change: Partial<RunRecord> = {}): RunRecord => ({
  id,
  plan: 'deploy',
  cause: { by: 'user', text: 'installed', diff: [] },
  strategy: 'serial',
  phases: [{ name: 'broker', strategy: 'serial', stepIds: [0, 1, 2].map((index) => `${id}.0.${index}`) }],
  configId: 'config-1',
  createdMs: 100,
  ...change,
});

export const ended = { ms: 5000, how: 'COMPLETE' } as const;

type Parts = {
  readonly runs?: readonly RunRecord[];
  readonly steps?: readonly StepRecord[];
  readonly tasks?: readonly TaskRecord[];
  readonly instances?: readonly InstanceRecord[];
  readonly evaluations?: readonly Evaluation[];
  readonly uninstalling?: boolean;
  /** More plans of the spec. */
  readonly plans?: readonly PlanSpec[];
};

/** Three brokers that run, deployed; the parts given take the place of that. */
export function exampleState(parts: Parts = {}): State {
  const three = [0, 1, 2];
  const runs = parts.runs ?? [run('run-1', { ended })];
  const steps = parts.steps ?? three.map((index) => step('run-1', index));
  const tasks = parts.tasks ?? three.map((index) => task(index));
  const instances = parts.instances ?? three.map((index) => instance(index));
  const state = restore([
    {
      path: 'service',
      value: {
        name: 'prod/kafka',
        uid: '0'.repeat(32),
        packageName: 'kafka',
        createdMs: 50,
        targetConfigId: 'config-1',
        nextId: 20,
        deployed: true,
        uninstalling: parts.uninstalling ?? false,
      },
    },
    {
      path: 'config/config-1',
      value: {
        id: 'config-1',
        spec: { ...spec, plans: [...spec.plans, ...(parts.plans ?? [])] },
        given: {},
        options: {},
        packageVersion: '1.0',
        version: '4.0',
        createdMs: 60,
      },
    },
    ...runs.map((value) => ({ path: `run/${value.id}`, value })),
    ...steps.map((value) => ({ path: `step/${value.id}`, value })),
    ...tasks.map((value) => ({ path: `task/${value.instance}/${value.name}`, value })),
    ...instances.map((value) => ({ path: `instance/${value.name}`, value })),
  ]);
  state.evaluations.push(...(parts.evaluations ?? []));
  return state;
}

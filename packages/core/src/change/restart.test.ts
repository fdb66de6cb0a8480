/** For every key of a pod: whether a change of it alone restarts its instances, and why. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { examplePod, exampleSet, exampleTask } from '../example.ts';
import type { Reservation } from '../record/instance.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { PortSpec, ResourceSet } from '../spec/resource.ts';
import type { TaskSpec } from '../spec/task.ts';
import { restartDiff } from './restart.ts';

const port = (change: Partial<PortSpec>): PortSpec => ({ name: 'client', port: 0, advertise: false, ...change });

const held: Reservation = {
  id: 'r',
  instance: 'node-0',
  agentId: 'a',
  hostname: 'a',
  address: '127.0.0.1',
  sets: [{ name: 'main', cpus: 1, memoryMiB: 256, ports: { client: 31_000 }, volumes: [] }],
};

const withSet =
  (change: Partial<ResourceSet>) =>
  (pod: PodSpec): PodSpec => ({
    ...pod,
    resourceSets: pod.resourceSets.map((set) => ({ ...set, ...change })),
  });
const withPort = (change: Partial<PortSpec>) => withSet({ ports: [port(change)] });
const withTask =
  (change: Partial<TaskSpec>) =>
  (pod: PodSpec): PodSpec => ({
    ...pod,
    tasks: pod.tasks.map((task) => ({ ...task, ...change })),
  });
const withPod =
  (change: Partial<PodSpec>) =>
  (pod: PodSpec): PodSpec => ({ ...pod, ...change });

const base = examplePod({ resourceSets: [exampleSet({ ports: [port({})] })], tasks: [exampleTask()] });
const check = { cmd: 'true', intervalMs: 1, timeoutMs: 1, delayMs: 0 };

type Row = readonly [path: string | undefined, why: string, change: (pod: PodSpec) => PodSpec];

/** `path` is what the reason of the restart begins with, below `pods.node.`; undefined: nothing restarts. */
const rows: readonly Row[] = [
  [undefined, 'count: other instances, not this one', withPod({ count: 9 })],
  [undefined, 'allow-decommission: asked when pods shrink', withPod({ allowDecommission: true })],
  [undefined, 'placement: a rule moves nothing', withPod({ placement: { kind: 'near', pod: 'x', together: true } })],
  [undefined, 'gates: asked by steps', withPod({ gates: { stop: ['x'], replace: [], start: [] } })],
  [undefined, 'pre-reserved-role: where it is placed (and it cannot change)', withPod({ preReservedRole: 'x' })],
  [
    'uris',
    'a task finds other files',
    withPod({ uris: [{ uri: 'file:/x', dest: 'x', extract: false, executable: false }] }),
  ],
  ['rlimits', 'set when a process starts', withPod({ rlimits: [{ name: 'RLIMIT_NOFILE', soft: 1, hard: 1 }] })],
  ['image', 'its root', withPod({ image: 'debian' })],
  ['networks', 'its addresses', withPod({ networks: [{ name: 'dcos', ports: [], labels: {} }] })],
  [undefined, 'networks: none is what absent means', withPod({ networks: [] })],
  ['volumes', 'what it sees', withPod({ volumes: [{ path: 'x', type: 'ROOT', sizeMiB: 1 }] })],
  [
    'hostVolumes./x',
    'what it sees',
    withPod({ hostVolumes: [{ name: 'x', hostPath: '/x', containerPath: '/x', mode: 'RO' }] }),
  ],
  [
    'externalVolumes.x',
    'what it sees',
    withPod({ externalVolumes: [{ name: 'x', driver: 'pxd', driverOptions: {}, containerPath: 'x', mode: 'RW' }] }),
  ],
  ['secrets', 'values it is given at its start', withPod({ secrets: [{ name: 'x', secret: 'x', envKey: 'X' }] })],
  ['sharePidNamespace', 'its namespace', withPod({ sharePidNamespace: true })],
  [undefined, 'share-pid-namespace: false is what absent means', withPod({ sharePidNamespace: false })],
  ['seccomp', 'its filter', withPod({ seccomp: { kind: 'unconfined' } })],
  [undefined, 'ipc-mode: PRIVATE is what absent means', withPod({ ipcMode: 'PRIVATE' })],
  ['shmSizeMiB', 'its /dev/shm', withPod({ shmSizeMiB: 1 })],
  ['resourceSets.main.cpus', 'its share', withSet({ cpus: 2 })],
  ['resourceSets.main.memoryMiB', 'its limit', withSet({ memoryMiB: 512 })],
  ['resourceSets.main.gpus', 'its devices', withSet({ gpus: 1 })],
  ['resourceSets.main.limits.cpus', 'what it may use beyond', withSet({ limits: { cpus: 4 } })],
  [undefined, 'limits: none is what absent means', withSet({ limits: {} })],
  ['resourceSets.main.volumes', 'its data (and it cannot change)', withSet({ volumes: [] })],
  ['resourceSets.main.ports.client.envKey', 'its environment', withPort({ envKey: 'PORT' })],
  ['resourceSets.main.ports.client.vip', 'told with the launch', withPort({ vip: { prefix: 'x', port: 1 } })],
  [undefined, 'advertise: for who asks for endpoints', withPort({ advertise: true })],
  ['resourceSets.main.ports.client.port', 'another port', withPort({ port: 9_092 })],
  [undefined, 'port: fixed to the one that it has', withPort({ port: 31_000 })],
  ['resourceSets.main.ports.client.ranges', 'its port is outside', withPort({ ranges: [{ begin: 1, end: 9 }] })],
  [undefined, 'ranges: its port is inside', withPort({ ranges: [{ begin: 31_000, end: 31_000 }] })],
  ['resourceSets.main.ports.more', 'a port more', withSet({ ports: [port({}), port({ name: 'more' })] })],
  ['resourceSets.main.ports.client', 'a port less', withSet({ ports: [] })],
  ['tasks.server.goal', 'its end means something else', withTask({ goal: 'FINISH' })],
  [undefined, 'essential: looked at when a task has failed', withTask({ essential: false })],
  ['tasks.server.cmd', 'what runs', withTask({ cmd: 'serve --fast' })],
  ['tasks.server.env.A', 'its environment', withTask({ env: { A: '1' } })],
  ['tasks.server.configs.x', 'its files', withTask({ configs: [{ name: 'x', dest: 'x', template: '' }] })],
  ['tasks.server.readinessCheck', 'the engine runs the one it was launched with', withTask({ readinessCheck: check })],
  [
    'tasks.server.healthCheck',
    'the engine runs the one it was launched with',
    withTask({ healthCheck: { ...check, graceMs: 0, failuresMax: 1 } }),
  ],
  [undefined, 'kill-grace-period: read when it is stopped', withTask({ killGraceMs: 1 })],
  [undefined, 'labels: for who asks', withTask({ labels: { a: 'b' } })],
  [undefined, 'live: a procedure brings it', withTask({ live: { procedure: 'p', values: { a: '1' } } })],
  [
    'tasks.server.discovery',
    'the engine is told names with the launch',
    withTask({ discovery: { prefix: 'x', visibility: 'CLUSTER' } }),
  ],
  [
    'tasks.server.transportEncryption',
    'its certificates',
    withTask({ transportEncryption: [{ name: 'x', type: 'TLS' }] }),
  ],
  [undefined, 'transport-encryption: none is what absent means', withTask({ transportEncryption: [] })],
  ['tasks.server.ipcMode', 'its namespace', withTask({ ipcMode: 'SHARE_PARENT' })],
  ['tasks.server.shmSizeMiB', 'its /dev/shm', withTask({ shmSizeMiB: 1 })],
  ['tasks', 'another task', withPod({ tasks: [exampleTask(), exampleTask({ name: 'more' })] })],
];

for (const [path, why, change] of rows) {
  test(path === undefined ? `does not restart: ${why}` : `restarts: ${path}: ${why}`, () => {
    const changes = restartDiff(base, change(base), held);
    if (path === undefined) assert.deepEqual(changes, []);
    else assert.ok(changes[0]?.path.startsWith(`pods.node.${path}`), JSON.stringify(changes));
    // The port that it has tells one way alone.
    const back = restartDiff(change(base), base, path === undefined ? held : undefined);
    assert.equal(back.length > 0, changes.length > 0, 'and so does the way back');
  });
}

test('a name that only people read, and who may find a task, restart nothing', () => {
  const named = (name: string, visibility: 'CLUSTER' | 'EXTERNAL'): PodSpec =>
    withTask({ discovery: { prefix: 'x', visibility } })(
      withPod({
        hostVolumes: [{ name, hostPath: '/x', containerPath: '/x', mode: 'RO' }],
        externalVolumes: [{ name, driver: 'pxd', driverOptions: {}, containerPath: 'x', mode: 'RW' }],
        secrets: [{ name, secret: 'x', envKey: 'X' }],
        volumes: [{ path: 'x', type: 'MOUNT', sizeMiB: 1, profiles: [name] }],
      })(base),
    );
  assert.deepEqual(restartDiff(named('a', 'CLUSTER'), named('b', 'EXTERNAL')), []);
});

test('where it is not known which ports an instance has, other ranges restart it', () => {
  const changed = withPort({ ranges: [{ begin: 31_000, end: 31_000 }] })(base);
  assert.equal(restartDiff(base, changed)[0]?.path, 'pods.node.resourceSets.main.ports.client.ranges');
});

test('the order of sets, tasks and ports says nothing to a process', () => {
  const two = (turned: boolean): PodSpec => {
    const order = <T>(list: readonly T[]): readonly T[] => (turned ? list.toReversed() : list);
    return examplePod({
      resourceSets: order([exampleSet({ ports: order([port({}), port({ name: 'b' })]) }), exampleSet({ name: 'x' })]),
      tasks: order([exampleTask(), exampleTask({ name: 'b' })]),
    });
  };
  assert.deepEqual(restartDiff(two(false), two(true)), []);
});

test('several changes at once restart exactly when one of them alone would', () => {
  const changes = rows.filter(([, why]) => why !== 'another task');
  fc.assert(
    fc.property(fc.shuffledSubarray(changes, { maxLength: 4 }), (chosen) => {
      const to = chosen.reduce((pod, [, , change]) => change(pod), base);
      // A later change may undo an earlier one of the same key: what is left is looked at.
      const left = chosen.filter(([, , change]) => JSON.stringify(change(to)) === JSON.stringify(to));
      const restarts = restartDiff(base, to, held).length > 0;
      assert.equal(
        restarts,
        left.some(([path]) => path !== undefined),
        JSON.stringify(restartDiff(base, to, held)),
      );
    }),
  );
});

import assert from 'node:assert/strict';
import test from 'node:test';
import type { ServiceSpec } from '@warder/sdk';
import { refusals } from './refusals.ts';
import { zooKeeperSpec } from './spec.ts';

const base: ServiceSpec = {
  name: 'zookeeper',
  user: 'nobody',
  plans: [],
  pods: [
    {
      name: 'server',
      count: 3,
      allowDecommission: false,
      uris: [],
      rlimits: [],
      resourceSets: [],
      gates: { stop: [], replace: [], start: [] },
      tasks: [
        {
          name: 'server',
          goal: 'RUNNING',
          essential: true,
          cmd: 'exec sh ./start.sh',
          env: {},
          configs: [{ name: 'zoo', dest: 'zoo.cfg', template: 'clientPort=1\n' }],
          resourceSet: 'server',
          killGraceMs: 1000,
          labels: {},
        },
      ],
    },
  ],
};

const specOf = (options: Readonly<Record<string, unknown>>, version = '3.9.5') =>
  zooKeeperSpec({ spec: base, options, version, uid: '0'.repeat(32) });

test('options become lines of zoo.cfg, flags of the JVM, and jars', () => {
  const spec = specOf({
    servers: { count: 5, heap: 48, memory: 192 },
    zookeeper: { tick_time_ms: 500, extra: { maxSessionTimeout: '60000' } },
  });
  const task = spec.pods[0]?.tasks[0];
  const [first, ...lines] = task?.configs[0]?.template.trimEnd().split('\n') ?? [];
  assert.equal(first, 'clientPort=1');
  assert.ok(lines.includes('tickTime=500') && lines.includes('maxSessionTimeout=60000'));
  assert.equal(task?.env['ZOOKEEPER_MEMBERS'], '5');
  assert.match(task?.env['ZOOKEEPER_JVM'] ?? '', /-Xms48m -Xmx48m -XX:\+UseSerialGC/);
  assert.match(spec.pods[0]?.uris[0]?.uri ?? '', /^maven:org\.apache\.zookeeper:zookeeper:3\.9\.5,/);
});

test('options that contradict the package or each other are refused', () => {
  const refused = (options: Readonly<Record<string, unknown>>, why: RegExp): void => {
    assert.throws(() => specOf(options), why);
  };
  refused({ servers: { heap: 256, memory: 300 } }, /a heap of 256 MiB needs at least 352 MiB of memory/);
  refused({ zookeeper: { extra: { dataDir: '/tmp' } } }, /is set by the package itself/);
  refused({ zookeeper: { extra: { 'server.4': 'elsewhere:1:2' } } }, /is set by the package itself/);
  refused({ zookeeper: { extra: { reconfigEnabled: 'true' } } }, /is set by the package itself/);
  refused({ zookeeper: { extra: { tickTime: '1' } } }, /has an option of its own/);
  refused({ zookeeper: { extra: { 'a key': '1' } } }, /is not the name of a line/);
  refused({ zookeeper: { extra: { preAllocSize: '1\nserver.9=x' } } }, /neither line breaks/);
  assert.throws(() => specOf({}, '3.4.0'), /ZooKeeper 3\.4\.0 is not known: choose one of 3\.9\.5/);
});

test('the number of members never changes', () => {
  const view = (count: number) => ({ spec: base, options: { servers: { count } }, version: '3.9.5' });
  assert.deepEqual(refusals({ from: view(3), to: view(3) }), []);
  for (const count of [1, 5])
    assert.match(
      refusals({ from: view(3), to: view(count) })[0] ?? '',
      /servers\.count cannot change .*install another/,
    );
});

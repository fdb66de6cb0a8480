import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import type { ServiceSpec } from '@warder/sdk';
import { skeleton } from '../test/skeleton.ts';
import { clusterId } from './cluster-id.ts';
import { kafkaSpec } from './spec.ts';

const uid = '8f14e45fceea167a5a36dedd4bea2543';
const shape = { combined: false, brokers: 3, controllers: 3 };

/** The defaults of options.json, as an installation has them. */
const defaults = (): Record<string, Record<string, unknown>> => {
  const schema = JSON.parse(readFileSync(new URL('../options.json', import.meta.url), 'utf8')) as {
    properties: Record<string, { properties: Record<string, { default?: unknown }> }>;
  };
  const sections = Object.entries(schema.properties).map(([name, section]) => {
    const entries = Object.entries(section.properties).filter(([, option]) => option.default !== undefined);
    return [name, Object.fromEntries(entries.map(([key, option]) => [key, option.default]))] as const;
  });
  return Object.fromEntries(sections);
};

const specWith = async (
  change: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
  version = '4.4.0',
): Promise<ServiceSpec> => {
  const options = defaults();
  for (const [section, values] of Object.entries(change)) options[section] = { ...options[section], ...values };
  return kafkaSpec({ spec: await skeleton(shape), options, version, uid });
};

/** Everything but the live values. */
const withoutLive = (spec: ServiceSpec): unknown =>
  spec.pods.map((pod) => ({
    ...pod,
    tasks: pod.tasks.map(({ live, ...rest }) => ({ ...rest, procedure: live?.procedure })),
  }));

test('a cluster id is 22 letters made of the uid, for ever', () => {
  assert.equal(clusterId(uid), 'jxTkX87qFnpaNt7dS-olQw');
});

test('a change of a live value changes nothing else', async () => {
  const [before, after] = await Promise.all([
    specWith(),
    specWith({ kafka: { log_retention_hours: 1, num_io_threads: 4, unclean_leader_election_enable: true } }),
  ]);
  assert.deepEqual(withoutLive(before), withoutLive(after));
  assert.notDeepEqual(before, after);
  assert.equal(after.pods[1]?.tasks[0]?.live?.values['log.retention.ms'], '3600000');
});

test('a change that needs a restart shows in the file, for brokers alone where it is theirs', async () => {
  const [before, after] = await Promise.all([specWith(), specWith({ kafka: { socket_send_buffer_bytes: 4096 } })]);
  assert.deepEqual(before.pods[0], after.pods[0]);
  const file = after.pods[1]?.tasks[0]?.configs.find((config) => config.dest === 'kafka.properties');
  assert.match(file?.template ?? '', /^socket\.send\.buffer\.bytes=4096$/m);
  assert.deepEqual(before.pods[1]?.tasks[0]?.live, after.pods[1]?.tasks[0]?.live);
});

test('each version has its jars and its own way to log', async () => {
  const [four, three] = await Promise.all([specWith(), specWith({}, '3.9.2')]);
  const dests = (spec: ServiceSpec) => spec.pods[0]?.tasks[0]?.configs.map((config) => config.dest);
  assert.ok(dests(four)?.includes('log4j2.properties'));
  assert.ok(!dests(three)?.includes('log4j2.properties'));
  assert.match(four.pods[0]?.uris[0]?.uri ?? '', /^maven:org\.apache\.kafka:kafka_2\.13:4\.4\.0,/);
  assert.match(three.pods[0]?.uris[0]?.checksum ?? '', /^sha256:[0-9a-f]{64}$/);
  await assert.rejects(specWith({}, '2.8.0'), { code: 'kafka-version' });
});

test('sizes that cannot work are refused, with what to do', async () => {
  await assert.rejects(specWith({ brokers: { heap: 1000 } }), {
    code: 'kafka-heap',
    message:
      'brokers.memory is 1024: a heap of 1000 MiB needs at least 1192 MiB of memory; raise it or lower brokers.heap',
  });
  await assert.rejects(specWith({ controllers: { combined: true }, brokers: { count: 1 } }), {
    code: 'kafka-combined',
  });
});

test('the collector fits the heap, unless one is named', async () => {
  const flags = async (brokers: Readonly<Record<string, unknown>>): Promise<string> =>
    (await specWith({ brokers })).pods[1]?.tasks[0]?.env['KAFKA_JVM'] ?? '';
  assert.match(await flags({}), /-XX:\+UseSerialGC/);
  assert.match(await flags({ heap: 4096, memory: 8192 }), /-XX:\+UseG1GC/);
  assert.doesNotMatch(await flags({ jvm_options: '-XX:+UseZGC' }), /SerialGC|G1GC/);
});

test('several disks are as many volumes of each broker; with one nothing tells that there could be more', async () => {
  const spec = await skeleton(shape);
  const volumes = [{ path: 'kafka-data', type: 'ROOT', sizeMiB: 500 }] as const;
  const pods = spec.pods.map((pod) => ({
    ...pod,
    resourceSets: pod.resourceSets.map((set) => ({ ...set, volumes })),
  }));
  const made = (brokers: object): ServiceSpec =>
    kafkaSpec({ spec: { ...spec, pods }, options: { brokers: { count: 3, ...brokers } }, version: '4.4.0', uid });
  const paths = ({ pods: [controller, broker] }: ServiceSpec) =>
    [controller, broker].map((pod) => pod?.resourceSets[0]?.volumes.map(({ path, sizeMiB }) => `${path} ${sizeMiB}`));
  const [one, three] = [made({ disks: 1 }), made({ disks: 3 })];
  assert.deepEqual(paths(one), [['kafka-data 500'], ['kafka-data 500']]);
  assert.deepEqual(paths(three), [['kafka-data 500'], ['kafka-data 500', 'kafka-data-1 500', 'kafka-data-2 500']]);
  assert.deepEqual(made({}), one);
  assert.deepEqual(one.pods[0], three.pods[0], 'controllers have one');
  assert.doesNotMatch(JSON.stringify(one), /KAFKA_DISKS|kafka-data-/);
  assert.equal(three.pods[1]?.tasks[0]?.env['KAFKA_DISKS'], '3');
  // What runs is compared with this text: another one would restart every broker there is.
  const start = one.pods[1]?.tasks[0]?.configs.find(({ dest }) => dest === 'start.sh')?.template ?? '';
  assert.equal(
    createHash('sha256').update(start).digest('hex'),
    'ce2500fbe882bef9cdf7f7ccafa785d5458c514a996849c7e1c57a8b066daf38',
  );
});

test('with ZooKeeper there are brokers alone, and plans that take, check and remove the chroot', async () => {
  const zookeeper = { connect: 'a:1,b:2' };
  const options = { kafka: { metadata: 'zookeeper', inter_broker_protocol_version: '2.8' }, zookeeper };
  const spec = await specWith(options, '3.9.2');
  assert.deepEqual(
    spec.pods.map(({ name }) => name),
    ['broker'],
  );
  const task = spec.pods[0]?.tasks[0];
  assert.equal(task?.env['KAFKA_ZOOKEEPER'], 'a:1,b:2/warder/kafka');
  assert.equal(task?.env['KAFKA_VOTERS'], undefined);
  assert.ok(!task?.configs.some(({ dest }) => dest === 'voters.sh'), 'nothing waits for the places of controllers');
  const file = task?.configs.find(({ dest }) => dest === 'kafka.properties');
  assert.match(file?.template ?? '', /^inter\.broker\.protocol\.version=2\.8$/m);
  const calls = spec.plans.map(({ name, phases }) => [
    name,
    phases.flatMap(({ steps = [] }) => steps.map((step) => ('procedure' in step ? step.procedure : step.kind))),
  ]);
  assert.deepEqual(calls, [
    ['deploy', ['claim-chroot']],
    ['update', ['check-chroot']],
    ['uninstall', ['stop', 'remove-chroot']],
  ]);
});

test('what ZooKeeper mode cannot do is refused, with what to do', async () => {
  const refused = (message: RegExp, kafka: object, version: string, more: object = {}): Promise<void> =>
    assert.rejects(specWith({ kafka: { ...kafka }, ...more }, version), { code: 'kafka-metadata', message });
  const mode = { metadata: 'zookeeper' };
  const zookeeper = { connect: 'a:1' };
  await refused(/cannot use ZooKeeper any more: choose version 3\.9\.2/, mode, '4.4.0', { zookeeper });
  await refused(/zookeeper\.connect is not set/, mode, '3.9.2');
  await refused(/set kafka\.metadata=zookeeper/, {}, '2.8.2');
  await refused(/there are no controllers/, mode, '3.9.2', { zookeeper, controllers: { combined: true } });
  await refused(/which ZooKeeper keeps for itself/, mode, '3.9.2', {
    zookeeper: { ...zookeeper, chroot: '/zookeeper/a' },
  });
  await refused(
    /protocol_version is 3\.9, and Kafka 2\.8\.2 knows none newer than 2\.8/,
    { ...mode, inter_broker_protocol_version: '3.9' },
    '2.8.2',
    { zookeeper },
  );
  await refused(/is for ZooKeeper mode/, { inter_broker_protocol_version: '3.9' }, '3.9.2');
  await refused(/one format of records/, { log_message_format_version: '2.8' }, '4.4.0');
});

test('on the way from ZooKeeper each stage restarts only those that it is about, and ends where an install begins', async () => {
  const zookeeper = { connect: 'a:1' };
  const extra = { 'zookeeper.session.timeout.ms': '6000', 'control.plane.listener.name': 'X' };
  const at = (migration: string) =>
    specWith(
      { kafka: { metadata: 'zookeeper', migration, extra }, zookeeper, controllers: { combined: false } },
      '3.9.2',
    );
  const [none, controllers, brokers, kraft, returning, leaving] = await Promise.all(
    ['none', 'controllers', 'brokers', 'kraft', 'returning', 'leaving'].map(at),
  );
  const installed = await specWith({ controllers: { combined: false } }, '3.9.2');
  const pod = (spec: ServiceSpec | undefined, name: string) => {
    const { allowDecommission: _, ...rest } = spec?.pods.find((each) => each.name === name) ?? { allowDecommission: 0 };
    return rest;
  };
  for (const without of [none, leaving])
    assert.deepEqual(
      without?.pods.map(({ name }) => name),
      ['broker'],
    );
  for (const same of [controllers, leaving]) assert.deepEqual(pod(same, 'broker'), pod(none, 'broker'));
  assert.deepEqual(pod(returning, 'broker'), pod(brokers, 'broker'));
  assert.deepEqual(pod(installed, 'broker'), pod(kraft, 'broker'));
  for (const same of [brokers, kraft, returning])
    assert.deepEqual(pod(same, 'controller'), pod(controllers, 'controller'));
  assert.notDeepEqual(pod(brokers, 'broker'), pod(none, 'broker'));
  assert.notDeepEqual(pod(kraft, 'broker'), pod(brokers, 'broker'));
  assert.notDeepEqual(pod(installed, 'controller'), pod(kraft, 'controller'));
  const updates = (spec: ServiceSpec | undefined) =>
    spec?.plans.find(({ name }) => name === 'update')?.phases.map(({ name, strategy }) => `${name} ${strategy}`);
  assert.deepEqual(updates(leaving), ['chroot serial'], 'brokers stay as they are, whatever they are');
  assert.deepEqual(updates(controllers), ['chroot serial', 'controller parallel', 'broker serial']);
  assert.deepEqual(updates(kraft), ['chroot serial', 'controller serial', 'broker serial']);
});

test('a stage of a migration is for 3.9 on ZooKeeper', async () => {
  const refused = { code: 'kafka-metadata', message: /kafka\.migration is brokers, and only Kafka 3\.9/ };
  await assert.rejects(specWith({ kafka: { migration: 'brokers' } }, '3.9.2'), refused);
  const old = { kafka: { metadata: 'zookeeper', migration: 'brokers' }, zookeeper: { connect: 'a:1' } };
  await assert.rejects(specWith(old, '2.8.2'), refused);
});

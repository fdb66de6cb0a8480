/** start.sh, with a java that only tells how it was called. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import Mustache from 'mustache';

const template = (name: string): Promise<string> => readFile(new URL(`../templates/${name}`, import.meta.url), 'utf8');

type Place = {
  readonly role?: 'broker' | 'controller';
  readonly index?: number;
  readonly combined?: boolean;
  readonly voters?: number;
  readonly clusterId?: string;
  readonly zookeeper?: string;
  readonly disks?: number;
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
};

type Started = { readonly code: number; readonly out: string; readonly error: string; readonly folder: string };

const peers = (count: number, ports: (index: number) => object): readonly object[] =>
  Array.from({ length: count }, (_, index) => ({ index, address: `10.0.0.${index}`, ports: ports(index) }));

const start = async (t: TestContext, place: Place): Promise<Started> => {
  const { role = 'broker', index = 0, combined = false, voters = 3, clusterId = 'the-cluster' } = place;
  const folder = place.folder ?? (await mkdtemp(join(tmpdir(), 'warder-start-')));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const view = {
    KAFKA_ZOOKEEPER: place.zookeeper,
    KAFKA_DISKS: place.disks,
    address: '10.0.0.9',
    ports: {},
    POD_INSTANCE_INDEX: String(index),
    KAFKA_ROLE: role,
    KAFKA_CLUSTER_ID: clusterId,
    KAFKA_COMBINED: combined,
    KAFKA_VOTERS: place.zookeeper !== undefined && place.voters === undefined ? undefined : String(voters),
    peers: combined
      ? { broker: peers(4, (each) => ({ client: 100 + each, quorum: 200 + each })) }
      : {
          controller: peers(3, (each) => ({ quorum: 300 + each })),
          broker: peers(3, (each) => ({ client: 100 + each })),
        },
  };
  await mkdir(join(folder, 'bin'), { recursive: true });
  await writeFile(join(folder, 'bin/java'), '#!/bin/sh\necho "java $*"\n');
  await chmod(join(folder, 'bin/java'), 0o755);
  await writeFile(join(folder, 'kafka.properties'), 'a.key=1\n');
  for (const [name, dest] of [
    ['start.sh', 'start.sh'],
    [combined ? 'voters-combined.sh' : 'voters.sh', 'voters.sh'],
  ] as const) {
    await writeFile(join(folder, dest), Mustache.render(await template(name), view, {}, { escape: String }));
  }
  const env = {
    PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    KAFKA_JVM: '-Xmx1m -Xms1m',
    KAFKA_LOGGING: '-Dlog',
    KAFKA_CLIENT_PORT: '9092',
    KAFKA_QUORUM_PORT: '9093',
    ...(place.disks === undefined ? {} : { KAFKA_DISKS: String(place.disks) }),
    ...place.env,
  };
  return new Promise((resolve) => {
    execFile('sh', ['./start.sh'], { cwd: folder, env }, (failure, out, error) => {
      resolve({ code: Number(failure?.code ?? 0), out, error, folder });
    });
  });
};

const text = (folder: string, path: string): Promise<string> => readFile(join(folder, path), 'utf8');

test('a broker prepares its storage without a JVM, once, and starts with its own identity', async (t) => {
  const first = await start(t, { index: 2 });
  assert.equal(first.code, 0, first.error);
  assert.equal(first.out.split('\n').length, 2);
  assert.match(first.out, /^java -Xmx1m -Xms1m -Dlog .*-cp kafka\/\* kafka\.Kafka server\.properties$/m);
  const properties = await text(first.folder, 'server.properties');
  assert.deepEqual(properties.split('\n'), [
    'a.key=1',
    'process.roles=broker',
    'node.id=2',
    'controller.quorum.voters=1000@10.0.0.0:300,1001@10.0.0.1:301,1002@10.0.0.2:302',
    'listeners=PLAINTEXT://10.0.0.9:9092',
    'advertised.listeners=PLAINTEXT://10.0.0.9:9092',
    'log.dirs=kafka-data/storage',
    '',
  ]);
  const meta = await text(first.folder, 'kafka-data/storage/meta.properties');
  assert.match(meta, /^version=1\ncluster\.id=the-cluster\nnode\.id=2\ndirectory\.id=[A-Za-z0-9_-]{22}\n$/);
  await start(t, { index: 2, folder: first.folder });
  assert.equal(await text(first.folder, 'kafka-data/storage/meta.properties'), meta);
});

test('a volume of another cluster or another node is refused, and left as it is', async (t) => {
  const { folder } = await start(t, { index: 1 });
  const meta = await text(folder, 'kafka-data/storage/meta.properties');
  const otherCluster = await start(t, { index: 1, folder, clusterId: 'another' });
  assert.equal(otherCluster.code, 1);
  assert.match(otherCluster.error, /belongs to another cluster \(cluster\.id=the-cluster\), not to another/);
  const otherNode = await start(t, { index: 2, folder });
  assert.equal(otherNode.code, 1);
  assert.match(otherNode.error, /belongs to another node \(node\.id=1\), not to 2/);
  assert.equal(await text(folder, 'kafka-data/storage/meta.properties'), meta);
});

test('a controller has an id of its own and is formatted by the tool of Kafka', async (t) => {
  const { out, folder, code, error } = await start(t, { role: 'controller', index: 1 });
  assert.equal(code, 0, error);
  assert.match(
    out,
    /StorageTool format --ignore-formatted --cluster-id=the-cluster --config server\.properties\njava .*kafka\.Kafka/,
  );
  const properties = await text(folder, 'server.properties');
  assert.match(properties, /^process\.roles=controller\nnode\.id=1001$/m);
  assert.match(properties, /^listeners=CONTROLLER:\/\/10\.0\.0\.9:9093$/m);
  assert.doesNotMatch(properties, /advertised/);
});

test('in combined mode the first brokers vote, and the others do not', async (t) => {
  const voter = await start(t, { combined: true, index: 2 });
  assert.match(await text(voter.folder, 'server.properties'), /^process\.roles=broker,controller\nnode\.id=2\n/m);
  const other = await start(t, { combined: true, index: 3 });
  const properties = await text(other.folder, 'server.properties');
  assert.match(properties, /^process\.roles=broker\nnode\.id=3\n/m);
  assert.match(properties, /^controller\.quorum\.voters=0@10\.0\.0\.0:200,1@10\.0\.0\.1:201,2@10\.0\.0\.2:202$/m);
  assert.match(properties, /^listeners=PLAINTEXT:\/\/10\.0\.0\.9:9092$/m);
});

test('it does not start before every controller has a place', async (t) => {
  const { code, error } = await start(t, { voters: 5 });
  assert.equal(code, 1);
  assert.match(error, /only these of the 5 controllers have a place: 1000@/);
});

test('the zone of its agent is the rack of a broker; without one it has none', async (t) => {
  const zoned = await start(t, { env: { ZONE: 'north' } });
  assert.match(await text(zoned.folder, 'server.properties'), /^broker\.rack=north$/m);
  const plain = await start(t, { env: { ZONE: '' } });
  assert.doesNotMatch(await text(plain.folder, 'server.properties'), /broker\.rack/);
});

test('with ZooKeeper a broker has its id and its chroot, and leaves its storage to Kafka', async (t) => {
  const zookeeper = 'a:1,b:2/warder/kafka';
  const { out, code, error, folder } = await start(t, { index: 2, zookeeper });
  assert.equal(code, 0, error);
  assert.equal(out.split('\n').length, 2);
  assert.deepEqual((await text(folder, 'server.properties')).split('\n'), [
    'a.key=1',
    'broker.id=2',
    `zookeeper.connect=${zookeeper}`,
    'listeners=PLAINTEXT://10.0.0.9:9092',
    'advertised.listeners=PLAINTEXT://10.0.0.9:9092',
    'log.dirs=kafka-data/storage',
    '',
  ]);
  const meta = join(folder, 'kafka-data/storage/meta.properties');
  await writeFile(meta, 'version=0\nbroker.id=2\ncluster.id=the-cluster\n');
  assert.equal((await start(t, { index: 2, zookeeper, folder })).code, 0);
  const other = await start(t, { index: 1, zookeeper, folder });
  assert.match(other.error, /belongs to another node \(broker\.id=2\), not to 1/);
});

test('on the way from ZooKeeper a broker speaks with both, and so does a controller', async (t) => {
  const zookeeper = 'a:1/warder/kafka';
  const broker = await start(t, { index: 2, zookeeper, voters: 3 });
  assert.equal(broker.code, 0, broker.error);
  const voters = 'controller.quorum.voters=1000@10.0.0.0:300,1001@10.0.0.1:301,1002@10.0.0.2:302';
  const both = [voters, `zookeeper.connect=${zookeeper}`, 'zookeeper.metadata.migration.enable=true'];
  assert.deepEqual((await text(broker.folder, 'server.properties')).split('\n').slice(1, 5), ['broker.id=2', ...both]);
  const controller = await start(t, { role: 'controller', index: 1, zookeeper, voters: 3 });
  assert.match(controller.out, /StorageTool format .*\njava .*kafka\.Kafka/);
  const properties = (await text(controller.folder, 'server.properties')).split('\n');
  assert.deepEqual(properties.slice(1, 6), ['process.roles=controller', 'node.id=1001', ...both]);
});

test('with ZooKeeper alone a broker forgets the controllers that it once followed, and nothing else', async (t) => {
  const zookeeper = 'a:1/warder/kafka';
  const { folder } = await start(t, { zookeeper, voters: 3 });
  const storage = join(folder, 'kafka-data/storage');
  await mkdir(join(storage, '__cluster_metadata-0'));
  await mkdir(join(storage, 'orders-0'));
  await start(t, { zookeeper, voters: 3, folder });
  assert.deepEqual(await readdir(storage), ['__cluster_metadata-0', 'orders-0']);
  await start(t, { zookeeper, folder });
  assert.deepEqual(await readdir(storage), ['orders-0']);
});

test('with several disks each has a log dir with an id of its own, and the metadata stays on the first', async (t) => {
  const first = await start(t, { index: 2, disks: 3 });
  assert.equal(first.code, 0, first.error);
  assert.equal(first.out.split('\n').length, 2, 'no JVM but that of the broker');
  const properties = await text(first.folder, 'server.properties');
  assert.match(properties, /^log\.dirs=kafka-data\/storage,kafka-data-1\/storage,kafka-data-2\/storage$/m);
  assert.match(properties, /^metadata\.log\.dir=kafka-data\/storage$/m);
  const read = (): Promise<readonly string[]> =>
    Promise.all(['', '-1', '-2'].map((each) => text(first.folder, `kafka-data${each}/storage/meta.properties`)));
  const metas = await read();
  for (const meta of metas)
    assert.match(meta, /^version=1\ncluster\.id=the-cluster\nnode\.id=2\ndirectory\.id=[A-Za-z0-9_-]{22}\n$/);
  assert.equal(new Set(metas).size, 3);
  await start(t, { index: 2, disks: 3, folder: first.folder });
  assert.deepEqual(await read(), metas, 'once');
  await rm(join(first.folder, 'kafka-data-1/storage'), { recursive: true });
  await start(t, { index: 2, disks: 3, folder: first.folder });
  const [own, fresh, other] = await read();
  assert.deepEqual([own, other], [metas[0], metas[2]]);
  assert.ok(fresh !== undefined && !metas.includes(fresh), 'an empty disk is another disk');
});

test('a disk of another broker is refused; without one that has failed the broker starts, unless it is the first', async (t) => {
  const { folder } = await start(t, { index: 2, disks: 2 });
  const second = join(folder, 'kafka-data-1/storage');
  await writeFile(join(second, 'meta.properties'), 'version=1\ncluster.id=the-cluster\nnode.id=1\n');
  const other = await start(t, { index: 2, disks: 2, folder });
  assert.equal(other.code, 1);
  assert.match(other.error, /belongs to another node \(node\.id=1\), not to 2/);
  await rm(join(folder, 'kafka-data-1'), { recursive: true });
  await writeFile(join(folder, 'kafka-data-1'), 'no folder');
  const without = await start(t, { index: 2, disks: 2, folder });
  assert.equal(without.code, 0, without.error);
  assert.match(without.error, /nothing can be written to kafka-data-1\/storage: the broker starts without it/);
  assert.match(await text(folder, 'server.properties'), /^log\.dirs=kafka-data\/storage,kafka-data-1\/storage$/m);
  await rm(join(folder, 'kafka-data'), { recursive: true });
  await writeFile(join(folder, 'kafka-data'), 'no folder');
  assert.equal((await start(t, { index: 2, disks: 2, folder })).code, 1);
});

test('with several disks a combined broker is formatted by the tool of Kafka, and with ZooKeeper Kafka does it all', async (t) => {
  const voter = await start(t, { combined: true, index: 1, disks: 2 });
  assert.equal(voter.code, 0, voter.error);
  assert.match(voter.out, /StorageTool format --ignore-formatted/);
  const { code, out, error, folder } = await start(t, { index: 1, zookeeper: 'a:1/warder/kafka', disks: 2 });
  assert.equal(code, 0, error);
  assert.equal(out.split('\n').length, 2);
  assert.deepEqual(await readdir(join(folder, 'kafka-data-1/storage')), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compareVersions,
  dueLevels,
  hopProblems,
  javaOf,
  propertyProblems,
  releaseOf,
  unreadableLevels,
} from './release.ts';

const levels = (each: Readonly<Record<string, number>>): ReadonlyMap<string, number> => new Map(Object.entries(each));

test('versions are compared by their numbers', () => {
  assert.ok(compareVersions('3.9.2', '4.0.0') < 0);
  assert.ok(compareVersions('4.10.0', '4.9.1') > 0);
  assert.equal(compareVersions('4.4.0', '4.4.0'), 0);
});

test('every release of the table knows what the one before it knew', () => {
  const lines = ['3.9.2', '4.0.0', '4.1.0', '4.2.0', '4.3.1', '4.4.0'];
  for (const [at, version] of lines.entries()) {
    const before = levels(releaseOf(lines[at - 1] ?? version).levels);
    assert.deepEqual(unreadableLevels(before, version), [], version);
  }
  assert.throws(() => releaseOf('2.8.2'), /nothing is known of the release of Kafka 2\.8\.2/);
});

test('only what is lower is raised', () => {
  assert.deepEqual(dueLevels(levels({ 'metadata.version': 30, ...releaseOf('4.3.1').levels }), '4.3.1'), []);
  assert.deepEqual(dueLevels(levels({ 'metadata.version': 33, 'kraft.version': 1 }), '3.9.2'), []);
  assert.deepEqual(dueLevels(levels({ 'metadata.version': 21, 'kraft.version': 1 }), '4.0.0'), [
    { name: 'metadata.version', level: 25 },
    { name: 'transaction.version', level: 2 },
    { name: 'group.version', level: 1 },
  ]);
});

test('a hop is refused when the target could not read the cluster', () => {
  const down = { from: '4.4.0', to: '4.3.1' };
  assert.deepEqual(hopProblems(down, levels({ 'metadata.version': 30, 'kraft.version': 1 })), []);
  assert.match(hopProblems(down, levels({ 'metadata.version': 33 })).join(), /metadata\.version 33.*no way back/);
  assert.deepEqual(hopProblems({ from: '3.9.2', to: '4.4.0' }, levels({ 'metadata.version': 7 })), []);
  assert.match(
    hopProblems({ from: '3.9.2', to: '4.4.0' }, levels({ 'metadata.version': 6 })).join(),
    /metadata\.version 6 is too old/,
  );
});

test('properties that are gone are named, with what to do; only when their end is crossed', () => {
  const properties = {
    'zookeeper.session.timeout.ms': '1',
    'log.message.format.version': '3.0',
    'offsets.commit.required.acks': '-1',
    'num.replica.fetchers': '0',
    'log.segment.bytes': '1024',
    'log.retention.ms': '1',
  };
  const up = propertyProblems(properties, { from: '3.9.2', to: '4.4.0' });
  assert.deepEqual(
    up.map((text) => text.split(' ')[0]),
    [
      'log.message.format.version',
      'offsets.commit.required.acks',
      'zookeeper.session.timeout.ms',
      'log.segment.bytes',
      'num.replica.fetchers',
    ],
  );
  assert.match(up[0] ?? '', /gone since Kafka 4\.0\.0: take it out/);
  assert.deepEqual(propertyProblems(properties, { from: '4.3.1', to: '4.4.0' }), []);
  assert.deepEqual(propertyProblems({ 'log.retention.ms': '1' }, { from: '3.9.2', to: '4.4.0' }), []);
  const old = { 'quota.producer.default': '1', 'zookeeper.sync.time.ms': '1', 'zookeeper.session.timeout.ms': '1' };
  const gone = propertyProblems(old, { from: '2.8.2', to: '3.9.2' });
  assert.match(gone[0] ?? '', /^quota\.producer\.default is gone since Kafka 3\.0\.0: .*set quotas while/);
  assert.match(gone[1] ?? '', /^zookeeper\.sync\.time\.ms is gone since Kafka 3\.2\.0: take it out$/);
  assert.equal(gone.length, 2);
  assert.deepEqual(propertyProblems(old, { from: '3.9.2', to: '2.8.2' }), [], 'the way back');
});

test('the Java that each line needs', () => {
  assert.deepEqual(['2.8.2', '3.9.2', '4.0.0', '4.4.0'].map(javaOf), [8, 8, 17, 17]);
});

/** Requests are compared, byte for byte and in every version, with those of an independent implementation. */
import assert from 'node:assert/strict';
import test from 'node:test';
import * as library from '@platformatic/kafka';
import { negotiate, type Api } from './api.ts';
import { alterPartitionReassignments } from './api/alter-partition-reassignments.ts';
import { alterReplicaLogDirs } from './api/alter-replica-log-dirs.ts';
import { alterClientQuotas, describeClientQuotas } from './api/client-quotas.ts';
import { consumerGroupDescribe } from './api/consumer-group-describe.ts';
import { deleteGroups } from './api/delete-groups.ts';
import { describeGroups } from './api/describe-groups.ts';
import { fetchRecords } from './api/fetch.ts';
import { findCoordinator } from './api/find-coordinator.ts';
import { listGroups } from './api/list-groups.ts';
import { offsetCommit } from './api/offset-commit.ts';
import { offsetFetch } from './api/offset-fetch.ts';
import { apiVersions } from './api/api-versions.ts';
import { createPartitions } from './api/create-partitions.ts';
import { createTopics } from './api/create-topics.ts';
import { deleteTopics } from './api/delete-topics.ts';
import { describeCluster } from './api/describe-cluster.ts';
import { describeConfigs } from './api/describe-configs.ts';
import { describeFeatures } from './api/describe-features.ts';
import { describeLogDirs } from './api/describe-log-dirs.ts';
import { describeQuorum } from './api/describe-quorum.ts';
import { electPreferredLeaders, electUncleanLeaders } from './api/elect-leaders.ts';
import { incrementalAlterConfigs } from './api/incremental-alter-configs.ts';
import { listOffsets } from './api/list-offsets.ts';
import { listPartitionReassignments } from './api/list-partition-reassignments.ts';
import { metadata } from './api/metadata.ts';
import { updateFeatures } from './api/update-features.ts';
import { Encoder } from './codec.ts';

const bytesOf = <Request>(api: Api<Request, unknown>, version: number, request: Request): string => {
  const encoder = new Encoder(version >= api.flexibleFrom);
  api.write(encoder, request, version);
  return encoder.end().buffer.toString('hex');
};

/** Its request of a version, from its own arguments. */
const theirs = (name: string, version: number, args: readonly unknown[]): string | undefined => {
  const module = Reflect.get(library, `${name}V${version}`) as
    | { createRequest(...args: unknown[]): library.Writer }
    | undefined;
  return module?.createRequest(...args).buffer.toString('hex');
};

/** How many of our versions could be compared. */
const compare = <Request>(
  api: Api<Request, unknown>,
  name: string,
  request: Request,
  args: (version: number) => readonly unknown[],
): number => {
  let compared = 0;
  for (let version = api.min; version <= api.max; version++) {
    const expected = theirs(name, version, args(version));
    if (expected === undefined) continue;
    assert.equal(bytesOf(api, version, request), expected, `${api.name} v${version}`);
    compared += 1;
  }
  return compared;
};

test('Metadata', () => {
  assert.equal(
    compare(metadata, 'metadata', { topics: ['a', 'bä'] }, () => [['a', 'bä'], false]),
    9,
  );
  assert.equal(
    compare(metadata, 'metadata', { topics: null }, () => [null, false]),
    9,
  );
});

test('ApiVersions', () => {
  assert.equal(
    compare(apiVersions, 'apiVersions', null, () => ['warder', '1']),
    4,
  );
});

test('DescribeCluster', () => {
  assert.equal(
    compare(describeCluster, 'describeCluster', { endpoints: 'controllers' }, () => [false, 2]),
    2,
  );
  // Version 2 adds whether fenced brokers are wanted: always, where brokers are asked for.
  assert.equal(bytesOf(describeCluster, 2, { endpoints: 'brokers' }), '00010100');
});

test('DescribeQuorum', () => {
  const args = [[{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }]];
  assert.equal(
    compare(describeQuorum, 'describeQuorum', null, () => args),
    3,
  );
});

test('DescribeConfigs', () => {
  const resources = [
    { type: 'topic', name: 'a', keys: ['x', 'y'] },
    { type: 'broker', name: '', keys: null },
  ] as const;
  const args = [
    { resourceType: 2, resourceName: 'a', configurationKeys: ['x', 'y'] },
    { resourceType: 4, resourceName: '', configurationKeys: null },
  ];
  assert.equal(
    compare(describeConfigs, 'describeConfigs', { resources }, () => [args, true, false]),
    4,
  );
});

test('IncrementalAlterConfigs', () => {
  const changes = [
    { key: 'x', value: '1' },
    { key: 'y', value: null },
  ];
  const request = { resources: [{ type: 'broker', name: '3', changes }], validateOnly: true } as const;
  const configs = [
    { name: 'x', configOperation: 0, value: '1' },
    { name: 'y', configOperation: 1, value: null },
  ];
  const args = [[{ resourceType: 4, resourceName: '3', configs }], true];
  assert.equal(
    compare(incrementalAlterConfigs, 'incrementalAlterConfigs', request, () => args),
    2,
  );
});

test('CreateTopics, DeleteTopics and CreatePartitions', () => {
  const topics = [{ name: 'a', partitions: 3, replication: -1, configs: { 'retention.ms': '5' } }];
  const theirTopics = [
    {
      name: 'a',
      numPartitions: 3,
      replicationFactor: -1,
      assignments: [],
      configs: [{ name: 'retention.ms', value: '5' }],
    },
  ];
  assert.equal(
    compare(createTopics, 'createTopics', { topics, timeoutMs: 7 }, () => [theirTopics, 7, false]),
    6,
  );
  const names = ['a', 'b'];
  const named = names.map((name) => ({ name }));
  assert.equal(
    compare(deleteTopics, 'deleteTopics', { names, timeoutMs: 7 }, () => [named, 7]),
    6,
  );
  const grown = [{ name: 'a', count: 9 }];
  const theirGrown = [{ name: 'a', count: 9, assignments: null }];
  assert.equal(
    compare(createPartitions, 'createPartitions', { topics: grown, timeoutMs: 7 }, () => [theirGrown, 7, false]),
    4,
  );
});

test('ListOffsets', () => {
  const request = { timestamp: -1n, topics: [{ name: 'a', partitions: [0, 1] }] };
  const partitions = [0, 1].map((partitionIndex) => ({ partitionIndex, currentLeaderEpoch: -1, timestamp: -1n }));
  const topics = [{ name: 'a', partitions }];
  assert.equal(
    compare(listOffsets, 'listOffsets', request, () => [-1, 0, topics]),
    9,
  );
});

test('DescribeLogDirs', () => {
  const topics = [{ name: 'a', partitions: [0, 1] }];
  assert.equal(
    compare(describeLogDirs, 'describeLogDirs', { topics }, () => [topics]),
    4,
  );
  assert.equal(
    compare(describeLogDirs, 'describeLogDirs', { topics: null }, () => [null]),
    4,
  );
});

test('AlterReplicaLogDirs', () => {
  const dirs = [{ path: '/a', topics: [{ name: 'a', partitions: [0, 1] }] }];
  assert.equal(
    compare(alterReplicaLogDirs, 'alterReplicaLogDirs', { dirs }, () => [dirs]),
    2,
  );
});

test('ListPartitionReassignments', () => {
  assert.equal(
    compare(listPartitionReassignments, 'listPartitionReassignments', { timeoutMs: 7 }, () => [7, null]),
    1,
  );
});

test('AlterPartitionReassignments: the number of replicas is kept where that can be asked for', () => {
  const partitions = [
    { index: 2, replicas: [3, 1] },
    { index: 4, replicas: null },
  ];
  const request = { topics: [{ name: 'a', partitions }], timeoutMs: 7 };
  const theirPartitions = partitions.map(({ index, replicas }) => ({ partitionIndex: index, replicas }));
  const theirTopics = [{ name: 'a', partitions: theirPartitions }];
  assert.equal(
    compare(alterPartitionReassignments, 'alterPartitionReassignments', request, () => [7, false, theirTopics]),
    2,
  );
});

test('ElectLeaders, which only we have, as its schema says', () => {
  const request = { topics: [{ name: 'a', partitions: [2] }], timeoutMs: 7 };
  assert.equal(bytesOf(electPreferredLeaders, 0, request), '00000001000161000000010000000200000007');
  assert.equal(bytesOf(electPreferredLeaders, 1, request), '0000000001000161000000010000000200000007');
  assert.equal(bytesOf(electPreferredLeaders, 2, request), '00020261020000000200' + '00000007' + '00');
  assert.equal(bytesOf(electUncleanLeaders, 1, request), '0100000001000161000000010000000200000007');
  assert.equal(electUncleanLeaders.min, 1, 'the first version knows preferred elections alone');
});

test('the newest version that both speak is chosen, or none', () => {
  const ours = { min: 1, max: 4 };
  assert.equal(negotiate(ours, { min: 0, max: 9 }), 4);
  assert.equal(negotiate(ours, { min: 0, max: 2 }), 2);
  assert.equal(negotiate(ours, { min: 4, max: 9 }), 4);
  assert.equal(negotiate(ours, { min: 5, max: 9 }), undefined);
  assert.equal(negotiate(ours, { min: 0, max: 0 }), undefined);
  assert.equal(negotiate(ours, undefined), undefined);
});

test('UpdateFeatures', () => {
  const request = { levels: [{ name: 'metadata.version', level: 33 }], validateOnly: true, timeoutMs: 20_000 };
  const theirLevels = [{ feature: 'metadata.version', maxVersionLevel: 33, upgradeType: 1 }];
  assert.equal(
    compare(updateFeatures, 'updateFeatures', request, () => [20_000, theirLevels, true]),
    1,
  );
});

test('the features of a node: compared as ApiVersions', () => {
  assert.equal(
    compare(describeFeatures, 'apiVersions', null, () => ['warder', '1']),
    2,
  );
});

test('groups: who coordinates them, which there are, who is in them, and their end', () => {
  assert.equal(
    compare(findCoordinator, 'findCoordinator', { group: 'g' }, () => [0, ['g']]),
    6,
  );
  assert.equal(
    compare(listGroups, 'listGroups', null, () => [[], []]),
    5,
  );
  assert.equal(
    compare(describeGroups, 'describeGroups', { groups: ['a', 'b'] }, () => [['a', 'b'], false]),
    5,
  );
  assert.equal(
    compare(consumerGroupDescribe, 'consumerGroupDescribe', { groups: ['a', 'b'] }, () => [['a', 'b'], false]),
    1,
  );
  assert.equal(
    compare(deleteGroups, 'deleteGroups', { groups: ['a', 'b'] }, () => [['a', 'b']]),
    3,
  );
});

test('offsets of groups: read and set', () => {
  const all = [{ groupId: 'g', memberId: null, memberEpoch: -1, topics: null }];
  assert.equal(
    compare(offsetFetch, 'offsetFetch', { group: 'g' }, () => [all, false]),
    8,
  );
  const partition = { partitionIndex: 2, committedOffset: 9n, committedLeaderEpoch: -1, committedMetadata: '' };
  const topics = [{ name: 'a', partitions: [partition] }];
  const commit = { group: 'g', topic: 'a', offsets: [{ partition: 2, offset: 9n }] };
  assert.equal(
    compare(offsetCommit, 'offsetCommit', commit, () => ['g', -1, '', null, topics]),
    8,
  );
});

test('Fetch', () => {
  const request = {
    from: [
      { topic: 'a', partition: 1, offset: 5n },
      { topic: 'a', partition: 2, offset: 7n },
    ],
    bytesEach: 100,
    bytesMax: 1000,
  };
  const partitions = request.from.map(({ partition, offset }) => ({
    partition,
    currentLeaderEpoch: -1,
    fetchOffset: offset,
    lastFetchedEpoch: -1,
    logStartOffset: -1n,
    partitionMaxBytes: 100,
  }));
  const topics = [{ topicId: 'a', topic: 'a', partitions }];
  assert.equal(
    compare(fetchRecords, 'fetch', request, () => [0, 1, 1000, 0, 0, -1, topics, [], '']),
    9,
  );
});

test('quotas', () => {
  assert.equal(
    compare(describeClientQuotas, 'describeClientQuotas', null, () => [[], false]),
    2,
  );
  const request = {
    entity: [
      { type: 'user', name: 'ada' },
      { type: 'client-id', name: null },
    ],
    changes: [
      { key: 'producer_byte_rate', value: 10.5 },
      { key: 'consumer_byte_rate', value: null },
    ],
    validateOnly: true,
  };
  const entities = request.entity.map(({ type, name }) => ({ entityType: type, entityName: name }));
  const ops = request.changes.map(({ key, value }) => ({ key, value: value ?? 0, remove: value === null }));
  assert.equal(
    compare(alterClientQuotas, 'alterClientQuotas', request, () => [[{ entities, ops }], true]),
    2,
  );
});

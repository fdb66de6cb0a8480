/** Asks one broker the same in every version that both sides speak; there are the topics `orders` and `single`. */
import assert from 'node:assert/strict';
import { Connection } from '@platformatic/kafka';
import { exchange, negotiate, type Api } from '../src/client/api.ts';
import { createPartitions } from '../src/client/api/create-partitions.ts';
import { createTopics } from '../src/client/api/create-topics.ts';
import { deleteTopics } from '../src/client/api/delete-topics.ts';
import { describeCluster } from '../src/client/api/describe-cluster.ts';
import { describeConfigs } from '../src/client/api/describe-configs.ts';
import { describeLogDirs } from '../src/client/api/describe-log-dirs.ts';
import { describeQuorum } from '../src/client/api/describe-quorum.ts';
import { electPreferredLeaders } from '../src/client/api/elect-leaders.ts';
import { incrementalAlterConfigs } from '../src/client/api/incremental-alter-configs.ts';
import { listOffsets } from '../src/client/api/list-offsets.ts';
import { listPartitionReassignments } from '../src/client/api/list-partition-reassignments.ts';
import { metadata } from '../src/client/api/metadata.ts';
import { describeClientQuotas } from '../src/client/api/client-quotas.ts';
import { deleteGroups } from '../src/client/api/delete-groups.ts';
import { describeGroups } from '../src/client/api/describe-groups.ts';
import { findCoordinator } from '../src/client/api/find-coordinator.ts';
import { listGroups } from '../src/client/api/list-groups.ts';
import { offsetCommit } from '../src/client/api/offset-commit.ts';
import { offsetFetch } from '../src/client/api/offset-fetch.ts';
import { apiVersions } from '../src/client/api/api-versions.ts';
import { alterPartitionReassignments } from '../src/client/api/alter-partition-reassignments.ts';
import type { Address } from '../src/client/node.ts';

const everyVersion = async <Request, Response>(
  address: Address,
  api: Api<Request, Response>,
  request: Request,
): Promise<ReadonlyMap<number, Response>> => {
  const connection = new Connection('warder-test', { requestTimeout: 5000 });
  await connection.connect(address.host, address.port);
  try {
    const { ranges } = await exchange(connection, apiVersions, 3, null);
    const newest = negotiate(api, ranges.get(api.key)) ?? -1;
    const answers = new Map<number, Response>();
    for (let version = Math.max(api.min, ranges.get(api.key)?.min ?? 0); version <= newest; version++) {
      answers.set(version, await exchange(connection, api, version, request));
    }
    return answers;
  } finally {
    await connection.close();
  }
};

type Compare = <Q, R>(api: Api<Q, R>, request: Q, versions: number, common: (answer: R) => unknown) => Promise<void>;

/** Compares what every version has; the newest has it all. */
const comparing =
  (address: Address): Compare =>
  async (api, request, versions, common) => {
    const answers = [...(await everyVersion(address, api, request))];
    const [, newest] = answers.at(-1) ?? assert.fail(`${api.name}: no version`);
    assert.equal(answers.length, versions, api.name);
    for (const [version, answer] of answers) {
      assert.deepEqual(common(answer), common(newest), `${api.name} v${version}`);
    }
  };

/** As below, for the coordinator of a group with one member that reads `orders`, where there are quotas. */
export const compareGroupVersions = async (address: Address, group: string, version: string): Promise<void> => {
  const compare = comparing(address);
  await compare(findCoordinator, { group }, 6, (answer) => ({ ...answer, errorMessage: null }));
  await compare(listGroups, null, 5, ({ groups }) => groups.map(({ id, protocolType }) => [id, protocolType]));
  const newest = version.startsWith('3.') ? 5 : 6;
  await compare(describeGroups, { groups: [group] }, newest, (groups) =>
    groups.map((each) => ({ ...each, errorMessage: null })),
  );
  await compare(offsetFetch, { group }, 8, ({ errorCode, offsets }) => ({
    errorCode,
    offsets: offsets.toSorted((a, b) => a.partition - b.partition),
  }));
  // Nobody may set offsets while there are members: each partition says so.
  const offsets = [0, 1].map((partition) => ({ partition, offset: 0n }));
  await compare(offsetCommit, { group, topic: 'orders', offsets }, 8, (results) => results);
  await compare(deleteGroups, { groups: [group] }, 3, (results) => results);
  await compare(describeClientQuotas, null, 2, (answer) => answer);
};

/** Throws when an older version reads otherwise than the newest. */
export const compareVersions = async (address: Address): Promise<void> => {
  const compare = comparing(address);
  const names = ['orders', 'single'];
  await compare(metadata, { topics: names }, 9, ({ brokers, clusterId, topics }) => ({
    brokers,
    clusterId,
    topics: topics.map((topic) => ({
      ...topic,
      partitions: topic.partitions.map((each) => ({ ...each, leaderEpoch: 0 })),
    })),
  }));
  await compare(describeCluster, { endpoints: 'brokers' }, 3, (answer) => answer);
  await compare(describeQuorum, null, 3, ({ leader, epoch, voters, observers }) => ({
    leader,
    epoch,
    ids: [...voters, ...observers].map((each) => each.id),
  }));
  const resources = [{ type: 'topic', name: 'orders', keys: null } as const];
  await compare(describeConfigs, { resources }, 4, ([result]) =>
    result?.entries.map((each) => ({ ...each, synonyms: each.synonyms.length })),
  );
  const topics = [{ name: 'orders', partitions: [0, 1, 2] }];
  await compare(describeLogDirs, { topics }, 5, ({ dirs }) => dirs.map(({ path, replicas }) => ({ path, replicas })));
  await compare(listOffsets, { timestamp: -1n, topics }, 9, (results) => results.map((each) => each.partition));
  await compare(electPreferredLeaders, { topics, timeoutMs: 1000 }, 3, ({ results }) =>
    results.map((each) => [each.topic, each.partition, each.errorCode]),
  );
  const alter = {
    resources: [{ type: 'topic', name: 'orders', changes: [{ key: 'retention.ms', value: '-5' }] }],
    validateOnly: true,
  } as const;
  await compare(incrementalAlterConfigs, alter, 2, (results) => results);
  await compare(
    createTopics,
    { topics: [{ name: 'orders', partitions: 1, replication: 1, configs: {} }], timeoutMs: 1000 },
    6,
    (results) => results,
  );
  await compare(deleteTopics, { names: ['nobody'], timeoutMs: 1000 }, 6, (results) =>
    results.map(({ errorCode, name }) => ({ errorCode, name })),
  );
  await compare(createPartitions, { topics: [{ name: 'orders', count: 1 }], timeoutMs: 1000 }, 4, (results) => results);
  // Nothing is under way: there is nothing to be given up.
  const givenUp = [{ name: 'orders', partitions: [{ index: 0, replicas: null }] }];
  await compare(alterPartitionReassignments, { topics: givenUp, timeoutMs: 1000 }, 2, ({ results }) =>
    results.map((each) => [each.topic, each.partition, each.errorCode]),
  );
  await compare(listPartitionReassignments, { timeoutMs: 1000 }, 1, (answer) => answer);
};

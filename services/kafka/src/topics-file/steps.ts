/** What the steps of `topics.yml` do. All of them may be asked again at any time. */
import type { Procedure } from '@warder/sdk';
import { createPartitions } from '../client/api/create-partitions.ts';
import { createTopics } from '../client/api/create-topics.ts';
import { deleteTopics } from '../client/api/delete-topics.ts';
import { incrementalAlterConfigs } from '../client/api/incremental-alter-configs.ts';
import { ErrorCode, errorText } from '../client/error.ts';
import { demandOwn, topicsOf, withCluster } from '../route/ask.ts';
import type { Declared, SettingChange } from './diff.ts';
import { changesOf } from './look.ts';

/** How long Kafka may take for a change of topics. */
const changeMs = 15_000;

type Result = { readonly errorCode: number; readonly errorMessage: string | null };

const refuse = (what: string, result: Result | undefined): void => {
  if (result === undefined) throw new Error(`${what}: Kafka said nothing`);
  if (result.errorCode !== 0) throw new Error(`${what}: ${errorText(result.errorCode, result.errorMessage)}`);
};

const create: Procedure = (context) =>
  withCluster(context, async (cluster) => {
    const { name, partitions = -1, replication = -1, configs = {} } = context.args as Declared;
    const topics = [{ name, partitions, replication, configs }];
    const controller = await cluster.controller();
    const [result] = await controller.call(createTopics, { topics, timeoutMs: changeMs }, cluster.signal);
    if (result?.errorCode === ErrorCode.topicExists) return { created: 'it is there already' };
    refuse(`topic ${name} was not created`, result);
    return { created: name };
  });

const grow: Procedure = (context) =>
  withCluster(context, async (cluster) => {
    const { name, count } = context.args as { readonly name: string; readonly count: number };
    const { topics } = await topicsOf(cluster, [name]);
    const present = topics[0]?.partitions.length ?? 0;
    if (present >= count) return { partitions: present };
    const controller = await cluster.controller();
    const request = { topics: [{ name, count }], timeoutMs: changeMs };
    const [result] = await controller.call(createPartitions, request, cluster.signal);
    refuse(`topic ${name} has no more partitions`, result);
    return { partitions: count };
  });

const set: Procedure = (context) =>
  withCluster(context, async (cluster) => {
    const change = context.args as SettingChange;
    const resources = [{ type: 'topic', name: change.name, changes: changesOf(change) } as const];
    const [result] = await cluster.node.call(
      incrementalAlterConfigs,
      { resources, validateOnly: false },
      cluster.signal,
    );
    refuse(`the settings of ${change.name} were not changed`, result);
    return { set: change.set, unset: change.unset };
  });

const remove: Procedure = (context) =>
  withCluster(context, async (cluster) => {
    const { name } = context.args as { readonly name: string };
    demandOwn(name);
    const controller = await cluster.controller();
    const [result] = await controller.call(deleteTopics, { names: [name], timeoutMs: changeMs }, cluster.signal);
    if (result?.errorCode === ErrorCode.unknownTopic) return { deleted: 'it is gone already' };
    refuse(`topic ${name} was not deleted`, result);
    return { deleted: name };
  });

export const topicsProcedures: Readonly<Record<string, Procedure>> = {
  'create-topic': create,
  'grow-topic': grow,
  'set-topic': set,
  'delete-topic': remove,
};

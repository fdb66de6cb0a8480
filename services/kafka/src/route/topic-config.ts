/** Settings of one topic. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PackageError, type PackageRequest, type PackageRoute } from '@warder/sdk';
import { ConfigSource, describeConfigs } from '../client/api/describe-configs.ts';
import { incrementalAlterConfigs } from '../client/api/incremental-alter-configs.ts';
import { sameValue } from '../live-apply.ts';
import { demand, demandOwn, topicName, withCluster, type Cluster } from './ask.ts';
import { topicOf, type Done } from './topic.ts';

/** How long a change may take to be seen by the broker that was asked. */
const settleMs = 5000;

const set = (request: PackageRequest): Promise<Done> => {
  const value = request.query['value'] ?? '';
  const at = value.indexOf('=');
  if (at < 1) throw new PackageError('input-invalid', `value is "${value}": give it as key=value`);
  return change(request, value.slice(0, at), value.slice(at + 1));
};

const unset = (request: PackageRequest): Promise<Done> => change(request, request.params['key'] ?? '', null);

const change = (request: PackageRequest, key: string, value: string | null): Promise<Done> =>
  withCluster(request, async (cluster) => {
    const name = topicName(request);
    demandOwn(name);
    await topicOf(cluster, name);
    const resources = [{ type: 'topic', name, changes: [{ key, value }] } as const];
    const [result] = await cluster.node.call(
      incrementalAlterConfigs,
      { resources, validateOnly: false },
      cluster.signal,
    );
    if (result) demand(`${key} of topic ${name} was not changed`, result);
    await settled(cluster, name, key, value);
    const message =
      value === null ? `topic ${name} has no ${key} of its own now` : `topic ${name} has ${key}=${value} now`;
    return { message };
  });

/** The change was made; that the next question sees it too is a courtesy. */
const settled = async (cluster: Cluster, name: string, key: string, value: string | null): Promise<void> => {
  const resources = [{ type: 'topic', name, keys: [key] } as const];
  for (const deadline = performance.now() + settleMs; performance.now() < deadline; await sleep(50)) {
    const [result] = await cluster.node.call(describeConfigs, { resources }, cluster.signal);
    const own = result?.entries.find(({ source }) => source === ConfigSource.topic);
    if (value === null ? own === undefined : own !== undefined && sameValue(own.value ?? '', value)) return;
  }
};

export const topicConfigRoutes: readonly PackageRoute[] = [
  {
    method: 'PUT',
    path: '/topics/{name}/operation/config',
    summary: 'Change a setting of a topic',
    query: { value: 'key=value' },
    handle: set,
  },
  {
    method: 'DELETE',
    path: '/topics/{name}/operation/config/{key}',
    summary: 'Take a setting of a topic away: the default of the cluster counts again',
    handle: unset,
  },
];

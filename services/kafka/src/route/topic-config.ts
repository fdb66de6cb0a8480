/** Settings of one topic. */
import { PackageError, type PackageRequest, type PackageRoute } from '@warder/sdk';
import { incrementalAlterConfigs } from '../client/api/incremental-alter-configs.ts';
import { demand, demandOwn, topicName, withCluster } from './ask.ts';
import { topicOf, type Done } from './topic.ts';

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
    const message =
      value === null ? `topic ${name} has no ${key} of its own now` : `topic ${name} has ${key}=${value} now`;
    return { message };
  });

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

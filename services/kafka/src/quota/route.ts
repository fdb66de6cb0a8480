/** Quotas of users and clients. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PackageError, type PackageRequest, type PackageRoute } from '@warder/sdk';
import {
  alterClientQuotas,
  describeClientQuotas,
  type Quota,
  type QuotaChange,
  type QuotaPart,
} from '../client/api/client-quotas.ts';
import { demand, withCluster, type Cluster, type Mapped } from '../route/ask.ts';
import type { Done } from '../route/topic.ts';
import { entityText, limits } from './words.ts';

/** How long a change may take to be seen by the broker that was asked. */
const settleMs = 5000;

const invalid: Mapped = { code: 'input-invalid', status: 400 };

const quotaErrors: Readonly<Record<number, Mapped>> = { 42: invalid };

const list = (request: PackageRequest): Promise<readonly Quota[]> =>
  withCluster(request, async (cluster) => {
    const quotas = await readQuotas(cluster);
    return quotas.toSorted((a, b) => (entityText(a.entity) < entityText(b.entity) ? -1 : 1));
  });

const readQuotas = async (cluster: Cluster): Promise<readonly Quota[]> => {
  const answer = await cluster.node.call(describeClientQuotas, null, cluster.signal);
  demand('the quotas', answer);
  return answer.quotas;
};

const set = (request: PackageRequest): Promise<Done> =>
  withCluster(request, async (cluster) => {
    const entity = entityOf(request);
    const changes = Object.entries(limits).flatMap(([name, key]) => changeOf(request, name, key));
    if (changes.length === 0) {
      throw new PackageError('input-invalid', `no limit is given: ${Object.keys(limits).join(', ')}`);
    }
    await alter(cluster, entity, changes);
    const texts = changes.map(({ key, value }) => `${key}=${value}`);
    return { message: `${entityText(entity)}: ${texts.join(', ')}` };
  });

const changeOf = ({ query }: PackageRequest, name: string, key: string): readonly QuotaChange[] => {
  const text = query[name];
  if (text === undefined) return [];
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0) return [{ key, value }];
  throw new PackageError('input-invalid', `${name} is "${text}": give a number above 0`);
};

const entityOf = ({ query }: PackageRequest): readonly QuotaPart[] => {
  const part = (type: string, name: string, all: string): readonly QuotaPart[] => {
    const given = query[name];
    if (query[all] !== 'true') return given === undefined ? [] : [{ type, name: given }];
    if (given === undefined) return [{ type, name: null }];
    throw new PackageError('input-invalid', `${name} and ${all} are both given: choose one`);
  };
  const entity = [...part('user', 'user', 'defaultUser'), ...part('client-id', 'clientId', 'defaultClientId')];
  if (entity.length > 0) return entity;
  throw new PackageError('input-invalid', 'it is not said whom it is for: give a user, a client id, or both');
};

const remove = (request: PackageRequest): Promise<Done> =>
  withCluster(request, async (cluster) => {
    const entity = entityOf(request);
    const whom = entityText(entity);
    const found = (await readQuotas(cluster)).find((each) => entityText(each.entity) === whom);
    if (found === undefined) throw new PackageError('quota-unknown', `there is no quota of ${whom}`, 404);
    await alter(
      cluster,
      entity,
      found.values.map(({ key }) => ({ key, value: null })),
    );
    return {
      message: `${whom}: no quota now (${found.values.map(({ key, value }) => `${key}=${value}`).join(', ')} before)`,
    };
  });

const alter = async (
  cluster: Cluster,
  entity: readonly QuotaPart[],
  changes: readonly QuotaChange[],
): Promise<void> => {
  const controller = await cluster.controller();
  const request = { entity, changes, validateOnly: false };
  const [result] = await controller.call(alterClientQuotas, request, cluster.signal);
  const whom = entityText(entity);
  if (result) demand(`the quota of ${whom} was not changed`, result, quotaErrors);
  // The change was made; that the next question sees it too is a courtesy.
  for (const deadline = performance.now() + settleMs; performance.now() < deadline; await sleep(50)) {
    const now = (await readQuotas(cluster)).find((each) => entityText(each.entity) === whom)?.values ?? [];
    const isSeen = ({ key, value }: QuotaChange): boolean =>
      now.find((each) => each.key === key)?.value === (value ?? undefined);
    if (changes.every(isSeen)) return;
  }
};

const whomQuery = {
  user: 'of this user',
  clientId: 'of clients with this id',
  defaultUser: 'true: of every user without one of their own',
  defaultClientId: 'true: of every client id without one of its own',
};

export const quotaRoutes: readonly PackageRoute[] = [
  { method: 'GET', path: '/quotas', summary: 'Every quota that is set', handle: list },
  {
    method: 'PUT',
    path: '/quotas',
    summary: 'Set a quota',
    query: {
      ...whomQuery,
      producerByteRate: 'bytes per second and broker',
      consumerByteRate: 'bytes per second and broker',
      requestPercentage: 'of the time of one thread',
      controllerMutationRate: 'partitions made or deleted per second',
    },
    handle: set,
  },
  { method: 'DELETE', path: '/quotas', summary: 'Take a quota away', query: whomQuery, handle: remove },
];

/** What the routes have in common: a broker that answers, and Kafka's errors as answers that a person can use. */
import { PackageError, type PackageRequest } from '@warder/sdk';
import { patient, withClient, type KafkaClient } from '../client/client.ts';
import { ConnectionError, errorText } from '../client/error.ts';
import { metadata, type Metadata } from '../client/api/metadata.ts';
import type { KafkaNode } from '../client/node.ts';
import { firstAnswers } from '../cluster/answer.ts';
import { brokers, reachable } from '../cluster/member.ts';
import { usesZooKeeper } from '../metadata.ts';
import { nextAfter } from './next.ts';

export type Cluster = {
  readonly client: KafkaClient;
  /** One that answers. */
  readonly node: KafkaNode;
  /** Who takes changes of topics: with ZooKeeper the active controller alone, else any broker. */
  readonly controller: () => Promise<KafkaNode>;
  readonly signal: AbortSignal;
};

/** A request, or a plan that is made, or a step. */
type Asking = Pick<PackageRequest, 'service' | 'signal'>;

/** Rejects with a PackageError when no broker answers, or when a connection breaks meanwhile. */
export const withCluster = async <T>(request: Asking, work: (cluster: Cluster) => Promise<T>): Promise<T> => {
  const { service, signal } = request;
  return withClient(patient, async (client) => {
    const { given, failed } = await firstAnswers(reachable(brokers(service)), 1, async ({ address }) => {
      const node = client.node(address);
      await node.call(metadata, { topics: [] }, signal);
      return node;
    });
    const node = given[0]?.answer;
    if (node === undefined) {
      const whys = failed.map(({ from, why }) => `${from.instance}: ${why}`).join('; ') || 'none has been started';
      const message = `no broker of ${service.name} answers (${whys})`;
      throw withNext(new PackageError('kafka-unreachable', message, 503), service.name);
    }
    try {
      return await work({ client, node, controller: () => controllerOf(request, client, node), signal });
    } catch (error) {
      if (error instanceof PackageError) throw withNext(error, service.name);
      if (!(error instanceof ConnectionError)) throw error;
      throw withNext(lost(error), service.name);
    }
  });
};

const controllerOf = async ({ service, signal }: Asking, client: KafkaClient, node: KafkaNode): Promise<KafkaNode> => {
  if (!usesZooKeeper(service)) return node;
  const { brokers: up, controllerId } = await node.call(metadata, { topics: [] }, signal);
  const found = up.find(({ id }) => id === controllerId);
  if (found === undefined) throw new PackageError('kafka-error', 'no broker is the active controller now', 503);
  return client.node(found);
};

const withNext = ({ code, message, status, next }: PackageError, service: string): PackageError =>
  new PackageError(code, message, status, next ?? nextAfter(code, service));

/** A connection that broke while it was asked something. */
const lost = (error: ConnectionError): PackageError =>
  error.problem === 'timeout'
    ? new PackageError('kafka-timeout', error.message, 504)
    : new PackageError('kafka-unreachable', error.message, 503);

export const topicsOf = async (cluster: Cluster, topics: readonly string[] | null): Promise<Metadata> =>
  cluster.node.call(metadata, { topics }, cluster.signal);

export type Mapped = { readonly code: string; readonly status: number };

/** What a person did, apart from what happened to the cluster. */
const mapped: Readonly<Record<number, Mapped>> = {
  3: { code: 'topic-unknown', status: 404 },
  7: { code: 'kafka-timeout', status: 504 },
  17: { code: 'topic-name', status: 400 },
  36: { code: 'topic-exists', status: 409 },
  37: { code: 'topic-partitions', status: 400 },
  38: { code: 'topic-replication', status: 400 },
  40: { code: 'topic-config', status: 400 },
  42: { code: 'topic-config', status: 400 },
  44: { code: 'topic-policy', status: 403 },
  73: { code: 'topic-deletion-off', status: 409 },
};

/** Throws when the code is one of an error. `others`: what codes mean here, where it is not about topics. */
export const demand = (
  what: string,
  result: { readonly errorCode: number; readonly errorMessage?: string | null },
  others: Readonly<Record<number, Mapped>> = {},
): void => {
  if (result.errorCode === 0) return;
  const known = others[result.errorCode] ?? mapped[result.errorCode];
  const { code, status } = known ?? { code: 'kafka-error', status: 502 };
  throw new PackageError(code, `${what}: ${errorText(result.errorCode, result.errorMessage)}`, status);
};

/** A whole number of a query, within bounds. */
export const wholeNumber = (
  request: PackageRequest,
  name: string,
  bounds: { readonly min: number; readonly max: number; readonly otherwise?: number },
): number => {
  const text = request.query[name];
  if (text === undefined && bounds.otherwise !== undefined) return bounds.otherwise;
  const value = Number(text);
  if (text !== undefined && /^-?\d+$/.test(text) && value >= bounds.min && value <= bounds.max) return value;
  const range = `a whole number from ${bounds.min} to ${bounds.max}`;
  throw new PackageError('input-invalid', `${name} is ${text === undefined ? 'missing' : `"${text}"`}: give ${range}`);
};

export const topicName = (request: PackageRequest): string => {
  const name = request.params['name'] ?? '';
  if (/^[A-Za-z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..') return name;
  throw new PackageError('topic-name', `"${name}" cannot name a topic: use up to 249 letters, digits, dots, _ and -`);
};

/** Topics of Kafka itself: consumer offsets, transactions, shares. */
export const demandOwn = (name: string): void => {
  if (!name.startsWith('__')) return;
  throw new PackageError('topic-internal', `${name} belongs to Kafka itself: it is left alone`, 409);
};

/** Settings of brokers: what counts, where it comes from, and what is set while they run. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PackageError, type PackageRequest, type PackageRoute } from '@warder/sdk';
import { ConfigSource, describeConfigs, type ConfigEntry } from '../client/api/describe-configs.ts';
import { incrementalAlterConfigs } from '../client/api/incremental-alter-configs.ts';
import type { Metadata } from '../client/api/metadata.ts';
import { errorText } from '../client/error.ts';
import type { KafkaNode } from '../client/node.ts';
import { allAnswers } from '../cluster/answer.ts';
import { brokers as members } from '../cluster/member.ts';
import { sameValue } from '../live-apply.ts';
import { updateMode } from '../live.ts';
import { readOptions } from '../options.ts';
import { isManaged, optionOf } from '../properties.ts';
import { demand, topicsOf, withCluster, type Cluster, type Mapped } from '../route/ask.ts';
import type { Done } from '../route/topic.ts';
import { kafkaVersion } from '../version.ts';
import { isLive, judge, wantedBy, type Setting } from './judge.ts';

export type Settings = {
  readonly settings: readonly (Setting & { readonly brokers: readonly number[] })[];
  readonly brokers: readonly number[];
  /** Brokers that did not tell. */
  readonly silent: readonly { readonly broker: number; readonly why: string }[];
};

/** How long a change may take to be seen by the broker that was asked. */
const settleMs = 5000;

const refused: Mapped = { code: 'broker-config', status: 400 };

const settingErrors: Readonly<Record<number, Mapped>> = { 40: refused, 42: refused };

const list = (request: PackageRequest): Promise<Settings> =>
  withCluster(request, async (cluster) => {
    const wanted = wantedBy(request.service);
    const { broker, all } = request.query;
    const { brokers: up } = await topicsOf(cluster, []);
    const asked = broker === undefined ? up : [brokerOf(up, broker)];
    const { given, failed } = await allAnswers(asked, (each) => entriesOf(cluster, cluster.client.node(each), each.id));
    const found = given.flatMap(({ from, answer }) =>
      answer.map((entry) => ({ broker: from.id, setting: judge(entry, wanted) })),
    );
    const shown = found.filter(({ setting }) =>
      all === 'true' ? true : broker === undefined ? isLive(setting) : setting.from !== 'default',
    );
    // The same with several brokers is told once.
    const same = Map.groupBy(shown, ({ setting }) => JSON.stringify(setting)).values();
    const settings = [...same].flatMap(([first, ...rest]) =>
      first === undefined
        ? []
        : [{ ...first.setting, brokers: [first, ...rest].map((each) => each.broker).toSorted((a, b) => a - b) }],
    );
    return {
      settings: settings.toSorted((a, b) =>
        a.key === b.key ? (a.brokers[0] ?? 0) - (b.brokers[0] ?? 0) : a.key < b.key ? -1 : 1,
      ),
      brokers: given.map(({ from }) => from.id).toSorted((a, b) => a - b),
      silent: [
        ...failed.map(({ from, why }) => ({ broker: from.id, why })),
        ...(broker === undefined ? members(request.service) : [])
          .filter(({ id }) => !up.some((each) => each.id === id))
          .map(({ id }) => ({ broker: id, why: 'it is not up' })),
      ],
    };
  });

type Broker = Metadata['brokers'][number];

const brokerOf = (brokers: readonly Broker[], id: string): Broker => {
  const found = brokers.find((each) => String(each.id) === id);
  if (found === undefined) throw new PackageError('broker-unknown', `no broker ${id} is up`, 404);
  return found;
};

const entriesOf = async (
  cluster: Cluster,
  node: KafkaNode,
  id: number,
  keys: readonly string[] | null = null,
): Promise<readonly ConfigEntry[]> => {
  const resources = [{ type: 'broker', name: String(id), keys } as const];
  const [result] = await node.call(describeConfigs, { resources }, cluster.signal);
  if (result === undefined) throw new Error('it gave no answer');
  if (result.errorCode !== 0) throw new Error(errorText(result.errorCode, result.errorMessage));
  return result.entries;
};

const set = (request: PackageRequest): Promise<Done> => {
  const given = request.query['value'] ?? '';
  const at = given.indexOf('=');
  if (at < 1) throw new PackageError('input-invalid', `value is "${given}": give it as key=value`);
  const key = given.slice(0, at);
  const value = given.slice(at + 1);
  const { service } = request;
  const option = optionOf(key, readOptions(service.options));
  if (isManaged(key)) throw new PackageError('broker-config', `${key} is set by the package itself`, 409);
  if (option !== undefined) {
    const next = `warder package update ${service.name} --set ${option}=${value}`;
    throw new PackageError('broker-config', `${key} is the option ${option} of the package: set it there`, 409, next);
  }
  return withCluster(request, async (cluster) => {
    const place = await change(request, cluster, key, value);
    return { message: `${place} ${key}=${value} now, until it is taken away; the file does not have it` };
  });
};

const remove = (request: PackageRequest): Promise<Done> =>
  withCluster(request, async (cluster) => {
    const key = request.params['key'] ?? '';
    const { values } = wantedBy(request.service);
    const { line } = kafkaVersion(request.service.version);
    const own = values[key];
    // The file may hold an older value than the options: it was written when the broker started.
    const isOfOptions =
      request.query['broker'] === undefined && own !== undefined && updateMode(key, line) !== undefined;
    const place = await change(request, cluster, key, isOfOptions ? own : null);
    return {
      message: isOfOptions
        ? `${place} ${key}=${own} again, as the options say`
        : `${place} no ${key} set while they run now`,
    };
  });

/** For one broker or for all of them. Returns who has it then, for a sentence. */
const change = async (
  request: PackageRequest,
  cluster: Cluster,
  key: string,
  value: string | null,
): Promise<string> => {
  const { broker } = request.query;
  const { brokers: up } = await topicsOf(cluster, []);
  const one = broker === undefined ? undefined : brokerOf(up, broker);
  // A broker tries out itself what is for it alone.
  const node = one === undefined ? cluster.node : cluster.client.node(one);
  const place = one === undefined ? 'the brokers have' : `broker ${one.id} has`;
  const resources = [
    { type: 'broker', name: one === undefined ? '' : String(one.id), changes: [{ key, value }] } as const,
  ];
  const [result] = await node.call(incrementalAlterConfigs, { resources, validateOnly: false }, cluster.signal);
  if (result) demand(`${key} was not changed`, result, settingErrors);
  const source = one === undefined ? ConfigSource.dynamicDefault : ConfigSource.dynamicBroker;
  await settled(cluster, one === undefined ? up : [one], { key, value, source });
  return place;
};

/** The change was made; that the next question sees it too, whoever is asked, is a courtesy. */
const settled = async (
  cluster: Cluster,
  brokers: readonly Broker[],
  { key, value, source }: { readonly key: string; readonly value: string | null; readonly source: number },
): Promise<void> => {
  const isSeen = async (broker: Broker): Promise<boolean> => {
    const [entry] = await entriesOf(cluster, cluster.client.node(broker), broker.id, [key]);
    const seen = entry?.synonyms.find((each) => each.name === key && each.source === source);
    if (value === null || seen === undefined) return value === null && seen === undefined;
    return entry?.sensitive === true || sameValue(seen.value ?? '', value);
  };
  for (const deadline = performance.now() + settleMs; performance.now() < deadline; await sleep(50)) {
    const { given } = await allAnswers(brokers, isSeen);
    if (given.every(({ answer }) => answer)) return;
  }
};

export const settingRoutes: readonly PackageRoute[] = [
  {
    method: 'GET',
    path: '/broker-config',
    summary: 'Settings of brokers, and where each comes from',
    query: {
      broker: 'all that is set for this one; absent: what was set while they run, of all of them',
      all: 'true: the defaults as well',
    },
    handle: list,
  },
  {
    method: 'PUT',
    path: '/broker-config',
    summary: 'Set something while brokers run that no option of the package decides',
    query: { value: 'key=value', broker: 'for this one alone' },
    handle: set,
  },
  {
    method: 'DELETE',
    path: '/broker-config/{key}',
    summary: 'Take away what was set while brokers run',
    query: { broker: 'of this one alone' },
    handle: remove,
  },
];

/** What stands in the way of a migration, looked at before anything is touched: each problem with what to do about it. */
import type { ServiceView } from '@warder/sdk';
import { describeLogDirs } from '../client/api/describe-log-dirs.ts';
import type { KafkaClient } from '../client/client.ts';
import { errorName } from '../client/error.ts';
import { allAnswers } from '../cluster/answer.ts';
import { leaving } from '../cluster/leaving.ts';
import { brokers, reachable } from '../cluster/member.ts';
import { minInSync } from '../cluster/topic-config.ts';
import { readView } from '../cluster/view.ts';
import { few } from '../cluster/words.ts';
import { clusterId } from '../cluster-id.ts';
import { compareProtocols, newestProtocol, shortProtocol } from '../protocol.ts';
import { tightProblems } from '../upgrade/preflight.ts';
import { unwellText } from '../upgrade/well.ts';
import { moveProblems } from '../upgrade/zookeeper/preflight.ts';
import { kafkaVersion } from '../version.ts';
import { checkChroot } from '../zookeeper/chroot.ts';
import { readConfigs, type NodeConfigs } from './node-config.ts';
import type { Wish } from './wish.ts';
import { inChroot, readNodes, type MigrationNodes } from './znodes.ts';

/** The release that speaks with both. */
const bridge = '3.9';

const protocolKey = 'inter.broker.protocol.version';
const authorizerKey = 'authorizer.class.name';

export const problemsOf = async (
  client: KafkaClient,
  service: ServiceView,
  wish: Wish,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const { version, name } = service;
  if (kafkaVersion(version).line !== bridge)
    return [`Kafka ${version} cannot be migrated, ${bridge} can: warder ${name} upgrade first`];
  const members = brokers(service);
  const [configs, view, dirs, nodes] = await Promise.all([
    readConfigs(client, members, [protocolKey, authorizerKey], signal),
    readView(client, members, signal),
    dirProblems(client, service, signal),
    ensemble(service, signal),
  ]);
  const [teller] = view.seenBy;
  if (teller === undefined) return [`no broker answers: ${view.silent.join(', ') || 'none was started'}`];
  const topics = [...new Set(view.partitions.map(({ topic }) => topic))];
  const [needs, moves] = await Promise.all([
    minInSync(client.node(teller.address), topics, signal),
    moveProblems(client, view, signal),
  ]);
  const unwell = unwellText(service, view);
  return [
    ...leaving(service, []),
    ...('why' in nodes ? [nodes.why] : leftovers(nodes, name)),
    ...configProblems(configs, name),
    ...(unwell === undefined ? [] : [`the cluster is not well: ${unwell}`]),
    ...moves,
    ...dirs,
    ...tightProblems(view.partitions, needs, wish),
  ];
};

/** Whether this is the ensemble of this cluster, and what it has of migrations. */
const ensemble = async (
  service: ServiceView,
  signal: AbortSignal,
): Promise<MigrationNodes | { readonly why: string }> => {
  try {
    return await inChroot(service, signal, async (session, chroot) => {
      await checkChroot(session, chroot, clusterId(service.uid));
      return readNodes(session, chroot);
    });
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
};

/** Controllers would take the cluster for one that is migrated already. */
export const leftovers = ({ offset, controller }: MigrationNodes, service: string): readonly string[] =>
  offset === undefined && controller?.isBroker !== false
    ? []
    : [`ZooKeeper has something of an earlier migration left: warder ${service} migrate --back takes it away`];

export const configProblems = ({ given, silent }: NodeConfigs, service: string): readonly string[] => {
  const behind = given.flatMap(({ instance, values }) => {
    const protocol = values[protocolKey] ?? '';
    return compareProtocols(protocol, bridge) === 0 ? [] : [`${instance} (${shortProtocol(protocol)})`];
  });
  const strange = new Set(given.flatMap(({ values }) => values[authorizerKey] ?? []).filter((name) => !isKnown(name)));
  return [
    ...(silent.length > 0 ? [`not every broker tells what it goes by: ${few(silent)}; bring it up first`] : []),
    ...(behind.length > 0
      ? [
          `not on protocol ${newestProtocol(bridge)} yet: ${few(behind)}; raise it first (warder ${service} upgrade --to the version that runs)`,
        ]
      : []),
    ...[...strange].map(
      (name) =>
        `${authorizerKey} is ${name}: whether it works without ZooKeeper nobody knows; take it out, or use Kafka's own`,
    ),
  ];
};

/** Access lists that are kept in ZooKeeper are migrated with everything else, and so are credentials of SCRAM. */
const isKnown = (authorizer: string): boolean =>
  authorizer.endsWith('.AclAuthorizer') || authorizer.endsWith('.StandardAuthorizer');

/** A broker with a broken directory ends while it is migrated. */
const dirProblems = async (
  client: KafkaClient,
  service: ServiceView,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const { given } = await allAnswers(reachable(brokers(service)), ({ address }) =>
    client.node(address).call(describeLogDirs, { topics: [] }, signal),
  );
  return given.flatMap(({ from, answer: { dirs } }) =>
    dirs
      .filter(({ errorCode }) => errorCode !== 0)
      .map(
        ({ path, errorCode }) =>
          `the directory ${path} of ${from.instance} failed (${errorName(errorCode)}): repair it first`,
      ),
  );
};

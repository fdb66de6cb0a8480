/** What the steps of an upgrade do and wait for. All of them may be asked again at any time. */
import type { Probe, Procedure, ServiceView } from '@warder/sdk';
import { updateFeatures } from '../client/api/update-features.ts';
import { patient, quick, withClient, type KafkaClient } from '../client/client.ts';
import { errorText } from '../client/error.ts';
import { anyBroker } from '../cluster/any-broker.ts';
import { forgetGone } from '../decommission/gone.ts';
import { brokers, controllers } from '../cluster/member.ts';
import { caughtUp, readQuorum } from '../cluster/quorum.ts';
import { readView } from '../cluster/view.ts';
import { count } from '../cluster/words.ts';
import { levelsText, readLevels, unable, unaware } from './levels.ts';
import { dueOf } from './plan.ts';
import { problemsOf } from './preflight.ts';
import { releaseOf } from './release.ts';
import { closed, leftText, unwellText } from './well.ts';
import { wishOf, type Wish } from './wish.ts';
import { zooKeeperProbes, zooKeeperProcedures } from './zookeeper/steps.ts';

/** How long the controllers may take to agree. */
const updateMs = 20_000;

/** The world may have changed since the plan was made. */
const preFlight: Procedure = ({ service, args, signal }) =>
  withClient(patient, async (client) => {
    const levels = await readLevels(client, service, signal);
    const problems = await problemsOf(client, service, wishOf(args), levels, signal);
    if (problems.length > 0) throw new Error(`nothing was changed: ${problems.join('; ')}`);
    return { finalised: Object.fromEntries(levels.finalised) };
  });

/**
 * Would the controllers take the new levels? They are asked, and no level is changed. They count every broker that is
 * registered, so those that have gone for good are forgotten first.
 */
const checkFeatures: Procedure = ({ service, args, signal }) =>
  withClient(patient, async (client) => {
    await forgetGone(client, service, signal);
    return raise(client, service, wishOf(args), true, signal);
  });

const finaliseFeatures: Procedure = ({ service, args, signal }) =>
  withClient(patient, (client) => raise(client, service, wishOf(args), false, signal));

const raise = async (
  client: KafkaClient,
  service: ServiceView,
  wish: Wish,
  validateOnly: boolean,
  signal: AbortSignal,
): Promise<unknown> => {
  const levels = await readLevels(client, service, signal);
  const due = dueOf(wish, levels.finalised);
  if (due.length === 0) return { levels: 'they are final already' };
  const left = leftText(service, wish.to);
  if (left !== undefined) throw new Error(left);
  const behind = unable(levels, due);
  if (behind.length > 0) throw new Error(behind.join('; '));
  const { node } = await anyBroker(client, service, signal);
  const answer = await node.call(updateFeatures, { levels: due, validateOnly, timeoutMs: updateMs }, signal);
  const refused = answer.results.find(({ errorCode }) => errorCode !== 0);
  const { errorCode, errorMessage } = answer.errorCode === 0 ? (refused ?? answer) : answer;
  if (errorCode !== 0)
    throw new Error(`Kafka does not take ${levelsText(due, levels.finalised)}: ${errorText(errorCode, errorMessage)}`);
  return { levels: levelsText(due, levels.finalised) };
};

/** Everybody runs the new version, is registered and in sync, and the quorum is complete. */
const clusterWell: Probe = ({ service, args, signal }) =>
  withClient(quick, async (client) => {
    const { to } = wishOf(args);
    const left = leftText(service, to);
    if (left !== undefined) return closed(left);
    const [view, levels, quorum] = await Promise.all([
      readView(client, brokers(service), signal),
      readLevels(client, service, signal),
      readQuorum(client, controllers(service), signal),
    ]);
    const metadataLevel = { name: 'metadata.version', level: releaseOf(to).levels['metadata.version'] ?? 0 };
    const old = unable(levels, [metadataLevel]);
    if (levels.silent.length > 0) return closed(`no answer from ${levels.silent.join(', ')}`);
    if (old.length > 0) return closed(`not on Kafka ${to} yet: ${old.join('; ')}`);
    const unwell = unwellText(service, view);
    if (unwell !== undefined) return closed(unwell);
    if (!quorum.known) return closed(quorum.why);
    const lag = quorum.quorum.voters.length - caughtUp(quorum.quorum).length;
    if (lag > 0) return closed(`${count(lag, 'controller')} not up to date`);
    return { open: true, reason: `Kafka ${to} runs everywhere, ${count(view.partitions.length, 'partition')} in sync` };
  });

/** Every broker and every controller goes by the new levels. */
const featuresFinal: Probe = ({ service, args, signal }) =>
  withClient(quick, async (client) => {
    const { to } = wishOf(args);
    const levels = await readLevels(client, service, signal);
    const due = Object.entries(releaseOf(to).levels).map(([name, level]) => ({ name, level }));
    if (levels.silent.length > 0) return closed(`no answer from ${levels.silent.join(', ')}`);
    const late = unaware(levels, due);
    if (late.length > 0) return closed(late.join('; '));
    return { open: true, reason: `every node goes by the features of Kafka ${to}` };
  });

export const upgradeProcedures: Readonly<Record<string, Procedure>> = {
  'pre-flight': preFlight,
  'check-features': checkFeatures,
  'finalise-features': finaliseFeatures,
  ...zooKeeperProcedures,
};

export const upgradeProbes: Readonly<Record<string, Probe>> = {
  'cluster-well': clusterWell,
  'features-final': featuresFinal,
  ...zooKeeperProbes,
};

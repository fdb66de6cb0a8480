/** The plan that brings a cluster to another version of Kafka: everything that has to happen, in order. */
import { approve, call, configure, PackageError, phase, wait } from '@warder/sdk';
import type { MadePhase, MadePlan, MadePlanContext, MadeStep, ServiceView } from '@warder/sdk';
import type { FeatureLevel } from '../client/api/update-features.ts';
import { patient, withClient, type KafkaClient } from '../client/client.ts';
import { migrationOf, usesZooKeeper } from '../metadata.ts';
import { levelsText, readLevels, type Levels } from './levels.ts';
import { problemsOf } from './preflight.ts';
import { compareVersions, dueLevels } from './release.ts';
import { readWish, wishParams, type Wish } from './wish.ts';
import { lookOnZooKeeper } from './zookeeper/look.ts';

export const upgradePlan: MadePlan = {
  summary: 'brings the cluster to another version of Kafka, and makes that final once a person agrees',
  params: wishParams,
  make: async (context) => {
    const { wish, problems, phases, done } = await look(context);
    if (problems.length > 0) {
      const message = `Kafka ${wish.from} cannot become ${wish.to}: ${problems.join('; ')}`;
      throw new PackageError('upgrade-refused', message, 409);
    }
    if (done !== undefined) {
      const message = `${context.service.name} runs Kafka ${wish.to} already, and ${done}`;
      throw new PackageError('already', message, 409);
    }
    return { strategy: 'serial', phases };
  },
  review: async (context) => (await look(context)).review,
};

/** What a plan is made from. With problems there is none. */
export type Look = {
  readonly wish: Wish;
  readonly problems: readonly string[];
  readonly phases: readonly MadePhase[];
  readonly review: readonly string[];
  /** Nothing is to be done: what is final. */
  readonly done?: string;
};

const look = ({ service, params, signal }: MadePlanContext): Promise<Look> =>
  withClient(patient, async (client) => {
    const wish = readWish(service, params);
    const stage = migrationOf(service);
    if (stage !== 'none') {
      const why = `its metadata is on its way to controllers of its own (${stage}): first bring that to its end, or back`;
      throw new PackageError('upgrade-refused', `${service.name} cannot become Kafka ${wish.to}: ${why}`, 409);
    }
    return usesZooKeeper(service)
      ? lookOnZooKeeper(client, service, wish, signal)
      : lookOnKRaft(client, service, wish, signal);
  });

const lookOnKRaft = async (
  client: KafkaClient,
  service: ServiceView,
  wish: Wish,
  signal: AbortSignal,
): Promise<Look> => {
  demandKRaft(service, wish);
  const levels = await readLevels(client, service, signal);
  const problems = await problemsOf(client, service, wish, levels, signal);
  const due = dueOf(wish, levels.finalised);
  const found = { wish, problems, phases: phasesOf(wish, due, levels), review: reviewOf(wish, due) };
  return wish.from === wish.to && due.length === 0 ? { ...found, done: 'its features are finalised' } : found;
};

/** Releases before this one are not offered but on ZooKeeper. */
const oldestRelease = '3.9.0';

const demandKRaft = (service: ServiceView, { to }: Wish): void => {
  if (compareVersions(to, oldestRelease) >= 0) return;
  const why = `Kafka ${to} keeps its metadata in ZooKeeper only`;
  throw new PackageError('upgrade-refused', `${service.name} cannot become Kafka ${to}: ${why}`, 409);
};

/** A way back changes no level. */
export const dueOf = ({ from, to }: Pick<Wish, 'from' | 'to'>, finalised: Levels['finalised']) =>
  compareVersions(to, from) < 0 ? [] : dueLevels(finalised, to);

/** What has nothing to do is left out. */
export const phasesOf = (
  wish: Wish,
  due: readonly FeatureLevel[],
  { finalised }: Pick<Levels, 'finalised'>,
): readonly MadePhase[] => {
  const args = wish;
  const phases: MadePhase[] = [phase<MadeStep>('pre-flight', {}, call('pre-flight', { args }))];
  if (wish.from !== wish.to) {
    phases.push(
      phase<MadeStep>('binaries', {}, configure(`kafka-${wish.to}`, { version: wish.to })),
      phase<MadeStep>('soak', {}, wait('cluster-well', { args, soakMs: wish.soakMs })),
    );
  }
  if (due.length > 0) {
    const levels = levelsText(due, finalised);
    const door = `finalises ${levels}: for good, Kafka ${wish.from === wish.to ? 'of any older release' : wish.from} reads it no more`;
    const oneWay = `the features of Kafka ${wish.to} are finalised (${levels})`;
    phases.push(
      phase<MadeStep>(
        'features',
        {},
        call('check-features', { args }),
        approve(door),
        call('finalise-features', { args, oneWay }),
        wait('features-final', { args }),
      ),
    );
  }
  return phases;
};

/** What a dry run says besides its steps. */
export const reviewOf = ({ from, to }: Pick<Wish, 'from' | 'to'>, due: readonly FeatureLevel[]): readonly string[] => {
  const isBack = compareVersions(to, from) < 0;
  return [
    ...(from === to ? [`no roll: ${to} runs already; only its features are finalised`] : []),
    ...(due.length === 0
      ? [
          isBack
            ? 'nothing is finalised: a way back leaves the features as they are'
            : `nothing is finalised: the features are those of ${to} already`,
        ]
      : [`until its approval \`plan rollback upgrade\` goes back to ${from}; finalised features are for good`]),
    ...(compareVersions(from, '4.0.0') < 0 && compareVersions(to, '4.0.0') >= 0
      ? [
          `clients must be 2.1 or newer for Kafka ${to}: brokers tell of older ones only by JMX (DeprecatedRequestsPerSec must be 0)`,
        ]
      : []),
  ];
};

/** The plan that brings a cluster to another version of Kafka: everything that has to happen, in order. */
import { approve, call, configure, PackageError, phase, wait } from '@warder/sdk';
import type { MadePhase, MadePlan, MadePlanContext, MadeStep, ServiceView } from '@warder/sdk';
import type { FeatureLevel } from '../client/api/update-features.ts';
import { patient, withClient } from '../client/client.ts';
import { usesZooKeeper } from '../metadata.ts';
import { levelsText, readLevels, type Levels } from './levels.ts';
import { problemsOf } from './preflight.ts';
import { compareVersions, dueLevels } from './release.ts';
import { readWish, wishParams, type Wish } from './wish.ts';

export const upgradePlan: MadePlan = {
  summary: 'brings the cluster to another version of Kafka, and finalises its features once a person agrees',
  params: wishParams,
  make: async (context) => {
    const { wish, levels, problems, due } = await look(context);
    if (problems.length > 0) {
      const message = `Kafka ${wish.from} cannot become ${wish.to}: ${problems.join('; ')}`;
      throw new PackageError('upgrade-refused', message, 409);
    }
    if (wish.from === wish.to && due.length === 0) {
      const message = `${context.service.name} runs Kafka ${wish.to} already, and its features are finalised`;
      throw new PackageError('already', message, 409);
    }
    return { strategy: 'serial', phases: phasesOf(wish, due, levels) };
  },
  review: async (context) => {
    const { wish, due } = await look(context);
    return reviewOf(wish, due);
  },
};

const look = ({ service, params, signal }: MadePlanContext) =>
  withClient(patient, async (client) => {
    const wish = readWish(service, params);
    demandKRaft(service, wish);
    const levels = await readLevels(client, service, signal);
    const problems = await problemsOf(client, service, wish, levels, signal);
    return { wish, levels, problems, due: dueOf(wish, levels.finalised) };
  });

/** Releases before this one are not offered but on ZooKeeper. */
const oldestRelease = '3.9.0';

const demandKRaft = (service: ServiceView, { to }: Wish): void => {
  const why = usesZooKeeper(service)
    ? 'its metadata is in ZooKeeper, and this plan is for clusters with controllers of their own'
    : compareVersions(to, oldestRelease) < 0
      ? `Kafka ${to} keeps its metadata in ZooKeeper only`
      : undefined;
  if (why !== undefined)
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

/** The plan that makes topics what a file declares. */
import { approve, call, configure, PackageError, phase } from '@warder/sdk';
import type { MadePhase, MadePlan, MadePlanContext, MadeStep } from '@warder/sdk';
import { brokers } from '../cluster/member.ts';
import { readView } from '../cluster/view.ts';
import { count } from '../cluster/words.ts';
import { modelOf } from '../model/model.ts';
import { readCluster } from '../model/read.ts';
import { sensibleRate } from '../move/lists.ts';
import { movePhases } from '../move/phases.ts';
import { moveProblems } from '../move/problems.ts';
import { withCluster, type Cluster } from '../route/ask.ts';
import { diffTopics, type Declared, type Diff, type SettingChange } from './diff.ts';
import { lossOf, readPresent, refusedByKafka } from './look.ts';
import { coarse, replicationMoves } from './replicas.ts';

/** Names that an apply has declared, as the option keeps them. */
const declaredBefore = ({ options }: MadePlanContext['service']): readonly string[] => {
  const { declared } = (options['topics'] ?? {}) as { readonly declared?: unknown };
  return Array.isArray(declared) ? declared.map(String) : [];
};

export const topicsPlan: MadePlan = {
  summary: 'makes topics what a file declares',
  params: {
    FILE: 'the text of the file',
    NAME: 'its name, for errors',
    PRUNE: 'true: delete topics that were declared before and are not any more',
  },
  make: (context) =>
    withCluster(context, async (cluster) => {
      const look = await lookAt(cluster, context);
      const phases = [
        ...declarePhases('declare', look.before, look.both),
        ...createPhases(look.diff),
        ...(await replicationPhases(cluster, context, look.diff)),
        ...changePhases(look.diff),
        ...removePhases(look.diff, await lossOf(cluster, look.diff.remove)),
        ...declarePhases('forget', look.both, look.after),
      ];
      if (phases.length > 0) return { strategy: 'serial', phases };
      const what = count(look.topics.length, 'declared topic');
      throw new PackageError('already', `as the file says already (${what}): nothing is to be done`, 409);
    }),
  review: (context) =>
    withCluster(context, async (cluster) => {
      const { diff } = await lookAt(cluster, context);
      return [...reviewOf(diff), ...(await lossOf(cluster, diff.remove)).map((each) => `deleted for good: ${each}`)];
    }),
};

type Look = {
  readonly topics: readonly Declared[];
  readonly diff: Diff;
  /** Names that are known as declared: until now, while both count, and then. */
  readonly before: readonly string[];
  readonly both: readonly string[];
  readonly after: readonly string[];
};

const lookAt = async (cluster: Cluster, { service, params }: MadePlanContext): Promise<Look> => {
  const { FILE, NAME = 'topics.yml', PRUNE = '' } = params;
  if (FILE === undefined) throw new PackageError('topics-file', 'FILE is missing: give the text of the file');
  if (!['', 'true', 'false'].includes(PRUNE)) {
    throw new PackageError('topics-file', `PRUNE is "${PRUNE}": give true or false`);
  }
  // Only here: nobody else needs a reader of YAML.
  const { readTopics } = await import('./file.ts');
  const { topics, refusal } = readTopics(FILE, NAME);
  const before = declaredBefore(service);
  const names = topics.map(({ name }) => name);
  const both = [...new Set([...before, ...names])].toSorted();
  const present = await readPresent(cluster, both);
  const many = brokers(service).length;
  const diff = diffTopics({ present, declared: topics, before, prune: PRUNE === 'true', brokers: many });
  const wrong = diff.wrong.length > 0 ? diff.wrong : await refusedByKafka(cluster, diff);
  if (wrong.length > 0) throw refusal(wrong);
  const here = new Set(present.map(({ name }) => name));
  // What somebody has deleted is not known any more either.
  const after = both.filter((name) => names.includes(name) || (here.has(name) && !diff.remove.includes(name)));
  return { topics, diff, before, both, after };
};

/** Known before they are made, and until they are deleted: what is between may end at any moment. */
const declarePhases = (name: string, from: readonly string[], to: readonly string[]): readonly MadePhase[] => {
  if (from.length === to.length && from.every((each) => to.includes(each))) return [];
  return [phase<MadeStep>(name, {}, configure(name, { options: { topics: { declared: to } } }))];
};

const some = (name: string, steps: readonly MadeStep[]): readonly MadePhase[] =>
  steps.length === 0 ? [] : [phase<MadeStep>(name, {}, ...steps)];

/** With fewer copies a topic must ask for fewer in sync first, or its writes would stop. */
const createPhases = (diff: Diff): readonly MadePhase[] => [
  ...some(
    'create',
    diff.create.map((topic) => call('create-topic', { name: `create ${topicText(topic)}`, args: topic })),
  ),
  ...some('settings-first', diff.set.filter((change) => isFirst(change, diff)).map(settingStep)),
];

/** New partitions get as many copies as the topic has then. */
const changePhases = (diff: Diff): readonly MadePhase[] => [
  ...some(
    'partitions',
    diff.grow.map(({ name, from, to }) =>
      call('grow-topic', { name: `${name}: ${to} partitions, ${from} before`, args: { name, count: to } }),
    ),
  ),
  ...some('settings', diff.set.filter((change) => !isFirst(change, diff)).map(settingStep)),
];

const isFirst = ({ name }: SettingChange, { replicate }: Diff): boolean =>
  replicate.some((each) => each.name === name && each.to < each.from);

const settingStep = (change: SettingChange): MadeStep => call('set-topic', { name: settingText(change), args: change });

const topicText = ({ name, partitions, replication, configs = {} }: Declared): string => {
  const parts = [
    ...(partitions === undefined ? [] : [count(partitions, 'partition')]),
    ...(replication === undefined ? [] : [`replication ${replication}`]),
    ...Object.entries(configs).map(([key, value]) => `${key}=${value}`),
  ];
  return parts.length === 0 ? name : `${name}: ${parts.join(', ')}`;
};

const settingText = ({ name, set, unset, before }: SettingChange): string => {
  const parts = [
    ...Object.entries(set).map(([key, value]) =>
      key in before ? `${key}=${value} (${before[key] ?? ''} before)` : `${key}=${value}`,
    ),
    ...unset.map((key) => `${key} as in the cluster (${before[key] ?? ''} before)`),
  ];
  return `${name}: ${parts.join(', ')}`;
};

/** Another number of copies is made by the same moves, with the same throttle, as a rebalance. */
const replicationPhases = async (
  cluster: Cluster,
  { service, signal }: MadePlanContext,
  { replicate }: Diff,
): Promise<readonly MadePhase[]> => {
  if (replicate.length === 0) return [];
  const view = await readView(cluster.client, brokers(service), signal);
  const problems = await moveProblems(cluster, service, { ...view, leaving: [] });
  if (problems.length > 0) {
    const names = replicate.map(({ name }) => name).join(', ');
    throw new PackageError(
      'topics-refused',
      `the replication of ${names} cannot change now: ${problems.join('; ')}`,
      409,
    );
  }
  const model = coarse(modelOf(service, await readCluster(cluster.client, service, signal)));
  const moves = replicationMoves(model, new Map(replicate.map(({ name, to }) => [name, to])));
  return movePhases({ model, moves, rate: sensibleRate(0) }).phases;
};

const removePhases = ({ remove }: Diff, losses: readonly string[]): readonly MadePhase[] =>
  some(
    'delete',
    remove.length === 0
      ? []
      : [
          approve(`deletes for good: ${losses.join(', ')}`),
          ...remove.map((name) => call('delete-topic', { name: `delete ${name}`, args: { name } })),
        ],
  );

/** What a dry run says besides its steps. */
const reviewOf = ({ grow, replicate, left }: Diff): readonly string[] => [
  ...grow.map(({ name }) => `${name} gets more partitions: records of one key may go to another one than before`),
  ...replicate.map(({ name, from, to }) => `${name}: ${to} copies of each partition, ${from} before`),
  ...left.map((name) => `${name} was declared before and is not any more: it stays (--prune deletes it)`),
];

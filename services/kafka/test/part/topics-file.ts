/** Declared topics of a real Kafka with three brokers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MadeRecipe, MadeStep, ServiceView } from '@warder/sdk';
import type { TopicDetail } from '../../src/route/topic.ts';
import { print, send } from '../routes.ts';
import { doSteps, makePlan } from '../steps.ts';
import { produce, until, type Given } from './given.ts';

const first = `topics:
  payments:
    partitions: 2
    replication: 3
    configs:
      retention.ms: 3600000
      cleanup.policy: delete
  refunds:
    replication: 1
`;

export const topicsFileTests = (cluster: Given): void => {
  /** What the run records when it changes the configuration. */
  let declared: readonly string[] = [];
  const service = {
    view: (): ServiceView => ({ ...cluster().view(), options: { ...cluster().view().options, topics: { declared } } }),
  };

  const plan = (text: string, more: Readonly<Record<string, string>> = {}): ReturnType<typeof makePlan> =>
    makePlan(service, 'topics', { FILE: text, NAME: 'topics.yml', ...more });

  /** Names of the phases with those of their steps. */
  const outline = ({ phases }: MadeRecipe): readonly string[] =>
    phases.map(({ name, steps = [] }) => `${name}: ${steps.map((step) => nameOf(step)).join('; ')}`);

  const nameOf = (step: MadeStep): string =>
    step.kind === 'approve' ? `asks (${step.text})` : 'name' in step ? step.name : step.kind;

  /** As the scheduler does, with a person who agrees. */
  const run = async ({ phases }: MadeRecipe): Promise<void> => {
    for (const { steps = [], ...rest } of phases) {
      for (const step of steps) {
        if (step.kind === 'configure' && 'change' in step) {
          const { topics } = step.change.options as { readonly topics: { readonly declared: readonly string[] } };
          declared = topics.declared;
        } else if (step.kind !== 'approve') {
          await doSteps(service, { phases: [{ ...rest, steps: [step] }] });
        }
      }
    }
  };

  const topic = async (name: string): Promise<TopicDetail> =>
    (await send(cluster(), 'GET', `/topics/${name}`)) as TopicDetail;

  test('topics.yml: what is wrong is told with its place, before anything is done', async () => {
    const wrong = async (text: string, pattern: RegExp, code = 'topics-file'): Promise<void> => {
      await assert.rejects(plan(text), (error: Error & { readonly code?: string }) => {
        assert.equal(error.code, code, error.message);
        assert.match(error.message, pattern);
        return true;
      });
    };
    await wrong(
      'topics:\n  a:\n    partition: 3\n',
      /topics\.yml:3:5: .*no key `partition`.*\n.*did you mean `partitions`\?/,
    );
    await wrong('topics:\n  a: {partitions: few}\n', /topics\.yml:2:19: .*expected a whole number/);
    await wrong('topics:\n  a b: {}\n', /topics\.yml:2:3: .*cannot name a topic/);
    await wrong('topics:\n  __consumer_offsets: {}\n', /topics\.yml:2:3: .*belongs to Kafka itself/);
    await wrong('topics: [', /topics\.yml:1:\d+: /);
    const refused = 'topics-refused';
    await wrong('topics:\n  a: {replication: 7}\n', /topics\.yml:2:7: .*there are 3 brokers/, refused);
    await wrong(
      'topics:\n  orders: {partitions: 1}\n',
      /topics\.yml:2:12: .*it has 3 partitions, and they never become fewer/,
      refused,
    );
    await wrong(
      'topics:\n  a:\n    configs:\n      retention.mss: 5\n',
      /topics\.yml:4:7: .*\n.*did you mean `retention\.ms`\?/,
      refused,
    );
    await wrong(
      'topics:\n  orders:\n    configs: {retention.ms: long}\n',
      /topics\.yml:3:\d+: topics\.orders\.configs/,
      refused,
    );
    await wrong(
      'topics:\n  a: {replication: 2, configs: {min.insync.replicas: 3}}\n',
      /topics\.yml:2:\d+: .*no write with acks=all/,
      refused,
    );
    assert.doesNotMatch(await print(cluster(), 'topic list'), /^a$/m);
  });

  test('topics.yml: topics are made, and recorded as declared before that', async () => {
    const { recipe } = await plan(first);
    assert.deepEqual(outline(recipe), [
      'declare: declare',
      'create: create payments: 2 partitions, replication 3, retention.ms=3600000, cleanup.policy=delete; create refunds: replication 1',
    ]);
    assert.doesNotMatch(await print(cluster(), 'topic list'), /payments/, 'a dry run');
    await run(recipe);
    assert.deepEqual(declared, ['payments', 'refunds']);
    await until('they are there', async () => (await print(cluster(), 'topic list')).includes('refunds'));
    const payments = await topic('payments');
    assert.equal(payments.partitions.length, 2);
    assert.equal(payments.configs['retention.ms'], '3600000');
    await assert.rejects(plan(first), { code: 'already' });
  });

  test('topics.yml: more partitions, other settings, another replication; what is not declared any more stays', async () => {
    const text = `topics:
  payments:
    partitions: 4
    replication: 2
    configs: {retention.ms: 7200000}
`;
    const { recipe, review } = await plan(text);
    assert.deepEqual(
      recipe.phases.map(({ name }) => name),
      ['settings-first', 'throttle', 'batch-1', 'leaders', 'clean-up', 'partitions'],
    );
    assert.deepEqual(
      [outline(recipe)[0], outline(recipe).at(-1)],
      [
        'settings-first: payments: retention.ms=7200000 (3600000 before), cleanup.policy as in the cluster (delete before)',
        'partitions: payments: 4 partitions, 2 before',
      ],
    );
    assert.deepEqual(review, [
      'payments gets more partitions: records of one key may go to another one than before',
      'payments: 2 copies of each partition, 3 before',
      'refunds was declared before and is not any more: it stays (--prune deletes it)',
    ]);
    await run(recipe);
    await until('it is as declared', async () => {
      const { partitions, configs } = await topic('payments');
      const copies = partitions.flatMap((each) => Object.values(each)).map(({ replicas }) => replicas.length);
      return copies.length === 4 && copies.every((many) => many === 2) && configs['retention.ms'] === '7200000';
    });
    assert.deepEqual(Object.keys((await topic('payments')).configs), ['retention.ms']);
  });

  test('topics.yml: only what was declared before is deleted, and only with a word for it', async () => {
    await produce(cluster(), 'refunds', 0, [Date.now(), Date.now()]);
    const text = 'topics:\n  payments: {}\n';
    await assert.rejects(plan(text), { code: 'already' });
    const { recipe, review } = await plan(text, { PRUNE: 'true' });
    assert.deepEqual(outline(recipe), [
      'delete: asks (deletes for good: refunds (1 partition, up to 2 records)); delete refunds',
      'forget: forget',
    ]);
    assert.deepEqual(review, ['deleted for good: refunds (1 partition, up to 2 records)']);
    await run(recipe);
    assert.deepEqual(declared, ['payments']);
    await until('it is gone', async () => !(await print(cluster(), 'topic list')).includes('refunds'));
    const left = await print(cluster(), 'topic list');
    for (const name of ['orders', 'payments', '__consumer_offsets']) assert.match(left, new RegExp(`^${name}$`, 'm'));
    await assert.rejects(plan(text, { PRUNE: 'true' }), { code: 'already' });
  });
};

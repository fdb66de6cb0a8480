/** Groups, settings, quotas, leaders and declared topics of a real Kafka 4, by the commands and plans of the package. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { untilReady } from './asking.ts';
import { whyNoKafka } from './jars.ts';
import { LocalCluster } from './local-cluster.ts';
import { groupTests } from './part/groups.ts';
import { leaderTests } from './part/leaders.ts';
import { quotaTests } from './part/quotas.ts';
import { settingTests } from './part/settings.ts';
import { topicTests } from './part/topics.ts';
import { topicsFileTests } from './part/topics-file.ts';
import { print } from './routes.ts';

const missing = whyNoKafka();
if (missing !== undefined) console.error(`SKIPPED: operating a real Kafka 4: ${missing}`);

describe('operating Kafka 4', { skip: missing ?? false, timeout: 240_000 }, () => {
  let started: LocalCluster | undefined;
  const cluster = (): LocalCluster => {
    if (started === undefined) throw new Error('no cluster was started');
    return started;
  };

  before(async () => {
    started = await LocalCluster.start({ version: '4.4.0', combined: true, brokers: 3, controllers: 3 });
    await untilReady(started, 60_000).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${(await cluster().log('broker-0')).slice(-2000)}`);
    });
    await print(started, 'topic create', ['orders'], { partitions: '3' });
  });

  after(() => started?.stop());

  groupTests(cluster, ['classic', 'consumer']);
  settingTests(cluster);
  quotaTests(cluster);
  topicsFileTests(cluster);
  topicTests(cluster);
  leaderTests(cluster);

  test('with nobody there: who was asked, and why that failed', async () => {
    for (const { name } of cluster().view().instances) cluster().signal(name, 'SIGKILL');
    await assert.rejects(print(cluster(), 'topic unavailable'), {
      code: 'kafka-unreachable',
      message: /^no broker of kafka answers \(.*\)$/,
    });
  });
});

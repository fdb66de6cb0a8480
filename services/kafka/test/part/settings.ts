/** Settings of brokers of a real Kafka. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { incrementalAlterConfigs } from '../../src/client/api/incremental-alter-configs.ts';
import { patient, withClient } from '../../src/client/client.ts';
import { nodeOf } from '../asking.ts';
import { print } from '../routes.ts';
import { until, type Given } from './given.ts';

export const settingTests = (cluster: Given): void => {
  test('settings: what is set where, what it hides, and what options of the package decide', async () => {
    // Kafka itself sets this one, for the replicas that may lead although they are not in sync.
    const untouched = await print(cluster(), 'broker config list');
    assert.match(untouched, /^all +min\.insync\.replicas +2 +cluster +2 \(file\), 1 \(default\)$/m);
    assert.equal(untouched.split('\n').length, 2);
    assert.match(await print(cluster(), 'broker config list', ['1']), /^1 +num\.io\.threads +2 +file +8 \(default\)$/m);
    assert.match(
      await print(cluster(), 'broker config list', ['1'], { all: true }),
      /^1 +log\.cleaner\.enable +true +default/m,
    );
    await assert.rejects(print(cluster(), 'broker config list', ['9']), { code: 'broker-unknown', status: 404 });

    // What options decide is set there; what Kafka cannot change while it runs is not set at all.
    await assert.rejects(print(cluster(), 'broker config set', ['log.retention.ms=1000']), {
      code: 'broker-config',
      status: 409,
      next: 'warder package update kafka --set kafka.log_retention_ms=1000',
    });
    await assert.rejects(print(cluster(), 'broker config set', ['listeners=x']), {
      code: 'broker-config',
      status: 409,
    });
    await assert.rejects(print(cluster(), 'broker config set', ['log.cleaner.enable=false']), {
      code: 'broker-config',
      status: 400,
    });
    await assert.rejects(print(cluster(), 'broker config set', ['nonsense']), { code: 'input-invalid', status: 400 });

    assert.match(
      await print(cluster(), 'broker config set', ['producer.id.expiration.ms=5000000']),
      /^the brokers have producer\.id\.expiration\.ms=5000000 now/,
    );
    await print(cluster(), 'broker config set', ['leader.replication.throttled.rate=1000000'], { broker: '2' });
    const text = await print(cluster(), 'broker config list');
    assert.match(text, /^all +producer\.id\.expiration\.ms +5000000 +cluster +86400000 \(default\)$/m);
    assert.match(text, /^2 +leader\.replication\.throttled\.rate +1000000 +broker$/m);
    assert.match(
      text,
      /^warning: broker 0, 1, 2: producer\.id\.expiration\.ms=5000000 .* no option of the package says so$/m,
    );
    assert.match(text, /^warning: broker 2: leader\.replication\.throttled\.rate=.*a throttle/m);
    assert.equal(
      await print(cluster(), 'broker config unset', ['leader.replication.throttled.rate'], { broker: '2' }),
      'broker 2 has no leader.replication.throttled.rate set while they run now',
    );
    await print(cluster(), 'broker config unset', ['producer.id.expiration.ms']);
    assert.equal(await print(cluster(), 'broker config list'), untouched);
  });

  test('a value that somebody else set and that hides an option is warned of, and goes back to the option', async () => {
    const changes = [{ key: 'log.retention.ms', value: '1234567' }];
    const request = { resources: [{ type: 'broker', name: '', changes }], validateOnly: false } as const;
    await withClient(patient, (client) => nodeOf(client, cluster(), 'broker-0').call(incrementalAlterConfigs, request));
    await until('it is there', async () =>
      /^all +log\.retention\.ms +1234567/m.test(await print(cluster(), 'broker config list')),
    );
    assert.match(
      await print(cluster(), 'broker config list'),
      /^warning: broker 0, 1, 2: log\.retention\.ms=1234567 .* hides kafka\.log_retention_ms=604800000 of the options$/m,
    );
    assert.match(
      await print(cluster(), 'broker config unset', ['log.retention.ms']),
      /=604800000 again, as the options say$/,
    );
    const text = await print(cluster(), 'broker config list');
    assert.match(text, /^all +log\.retention\.ms +604800000 +cluster/m);
    assert.doesNotMatch(text, /warning/);
  });
};

import assert from 'node:assert/strict';
import test from 'node:test';
import { ConfigSource, type ConfigEntry } from '../client/api/describe-configs.ts';
import { judge, wantedBy } from './judge.ts';

const wanted = wantedBy({
  version: '4.4.0',
  options: {
    brokers: { count: 3 },
    kafka: { log_retention_hours: 1, num_io_threads: 4, extra: { 'log.cleaner.backoff.ms': '10' } },
  },
});

const { dynamicBroker, dynamicDefault, staticFile, default: preset } = ConfigSource;

/** The values of a setting, the one that counts first. */
const entry = (name: string, ...values: readonly (readonly [number, string | null])[]): ConfigEntry => ({
  name,
  value: values[0]?.[1] ?? null,
  readOnly: false,
  sensitive: false,
  source: values[0]?.[0] ?? preset,
  synonyms: values.map(([source, value]) => ({ name, value, source })),
});

const warning = (...of: Parameters<typeof entry>): string | null => judge(entry(...of), wanted).warning;

test('what the package set itself surprises nobody', () => {
  assert.equal(warning('log.retention.ms', [dynamicDefault, '3600000'], [staticFile, '7200000']), null);
  assert.equal(warning('log.cleaner.backoff.ms', [dynamicDefault, '10'], [preset, '15000']), null);
  // An option that was taken away: the default is set.
  assert.equal(warning('max.connections', [dynamicDefault, '2147483647'], [preset, '2147483647']), null);
  assert.equal(warning('num.io.threads', [staticFile, '8'], [preset, '8']), null, 'it is not set while they run');
});

test('what somebody else set is told, with what it hides', () => {
  assert.equal(
    warning('log.retention.ms', [dynamicBroker, '5'], [dynamicDefault, '3600000'], [staticFile, '3600000']),
    'log.retention.ms=5 was set while they run, for this broker, and hides kafka.log_retention_ms=3600000 of the options',
  );
  assert.match(
    warning('log.cleaner.backoff.ms', [dynamicDefault, '20'], [preset, '15000']) ?? '',
    /for all brokers, and hides kafka\.extra\.log\.cleaner\.backoff\.ms=10 of the options$/,
  );
  assert.match(
    warning('listeners', [dynamicBroker, 'a'], [staticFile, 'b']) ?? '',
    /and hides b of the file of the broker$/,
  );
  assert.match(warning('max.connections', [dynamicDefault, '9'], [preset, '10']) ?? '', /no option of the package/);
  assert.match(warning('leader.replication.throttled.rate', [dynamicBroker, '9']) ?? '', /a throttle/);
});

test('secrets are neither shown nor compared', () => {
  const secret = { ...entry('ssl.key.password', [dynamicBroker, null]), sensitive: true };
  const { value, warning: said } = judge(secret, wanted);
  assert.deepEqual([value, said], [null, null]);
});

test('each setting knows its option, if any', () => {
  const optionOf = (name: string): string | null => judge(entry(name), wanted).option;
  assert.equal(optionOf('num.io.threads'), 'kafka.num_io_threads');
  assert.equal(optionOf('log.retention.ms'), 'kafka.log_retention_ms');
  assert.equal(optionOf('log.cleaner.backoff.ms'), 'kafka.extra.log.cleaner.backoff.ms');
  assert.equal(optionOf('producer.id.expiration.ms'), null);
});

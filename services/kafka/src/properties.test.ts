import assert from 'node:assert/strict';
import test from 'node:test';
import { readOptions } from './options.ts';
import { propertiesFor, type Role } from './properties.ts';
import { kafkaVersion } from './version.ts';

const properties = (options: Readonly<Record<string, unknown>>, role: Role = 'broker', version = '4.4.0') => {
  const { restart, live } = propertiesFor(role, readOptions(options), kafkaVersion(version));
  return { ...restart, ...live };
};

const split = (options: Readonly<Record<string, unknown>>, version = '4.4.0') =>
  propertiesFor('broker', readOptions(options), kafkaVersion(version));

test('copies follow the number of brokers', () => {
  const replication = (count: number) => {
    const all = properties({ brokers: { count } });
    return [all['default.replication.factor'], all['min.insync.replicas'], all['transaction.state.log.min.isr']];
  };
  assert.deepEqual(replication(1), ['1', '1', '1']);
  assert.deepEqual(replication(2), ['2', '1', '1']);
  assert.deepEqual(replication(3), ['3', '2', '2']);
  assert.deepEqual(replication(40), ['3', '2', '2']);
  assert.equal(properties({ brokers: { count: 2 } })['share.coordinator.state.topic.replication.factor'], '2');
});

test('copies that cannot be are refused, with what to do', () => {
  const refused =
    (kafka: object, count = 3) =>
    () =>
      properties({ brokers: { count }, kafka });
  assert.throws(refused({ default_replication_factor: 4 }), {
    code: 'kafka-replication',
    message: 'kafka.default_replication_factor is 4, but brokers.count is 3: lower it or add brokers',
  });
  assert.throws(refused({ min_insync_replicas: 4 }), /no write with acks=all could ever succeed/);
  assert.throws(refused({ offsets_topic_replication_factor: 2 }, 1), { code: 'kafka-replication' });
});

test('times for which only milliseconds change live are given in milliseconds', () => {
  assert.equal(properties({ kafka: { log_retention_hours: 2 } })['log.retention.ms'], '7200000');
  assert.equal(
    properties({ kafka: { log_retention_hours: 2, log_retention_minutes: 1 } })['log.retention.ms'],
    '60000',
  );
  assert.equal(properties({ kafka: { log_retention_hours: 2, log_retention_ms: 5 } })['log.retention.ms'], '5');
  assert.equal(properties({ kafka: { log_retention_hours: -1 } })['log.retention.ms'], '-1');
  assert.equal(properties({ kafka: { log_roll_hours: 1 } })['log.roll.ms'], '3600000');
  assert.equal(properties({ kafka: { log_retention_hours: 2 } })['log.retention.hours'], undefined);
});

test('64-bit numbers pass through as texts', () => {
  const kafka = { log_flush_interval_messages: '9223372036854775807' };
  assert.equal(properties({ kafka })['log.flush.interval.messages'], '9223372036854775807');
});

test('what Kafka changes live is apart from what needs a restart', () => {
  const { live, restart } = split({
    kafka: { num_io_threads: 4, socket_send_buffer_bytes: 5, min_insync_replicas: 2 },
  });
  assert.equal(live['num.io.threads'], '4');
  assert.equal(live['min.insync.replicas'], '2');
  assert.equal(restart['socket.send.buffer.bytes'], '5');
  assert.equal(
    Object.keys(live).some((key) => key in restart),
    false,
  );
});

test('a line of Kafka changes live only what it knows to', () => {
  const kafka = { extra: { 'log.remote.copy.lag.ms': '5', 'log.message.downconversion.enable': 'false' } };
  assert.equal('log.remote.copy.lag.ms' in split({ kafka }).live, true);
  assert.equal('log.remote.copy.lag.ms' in split({ kafka }, '3.9.2').live, false);
  assert.equal('log.message.downconversion.enable' in split({ kafka }, '3.9.2').live, true);
});

test('controllers get what they decide, and are not restarted for the rest', () => {
  const kafka = { num_partitions: 7, num_io_threads: 4, extra: { 'controller.quorum.fetch.timeout.ms': '3000' } };
  const all = properties({ kafka }, 'controller');
  assert.equal(all['num.partitions'], '7');
  assert.equal(all['default.replication.factor'], '3');
  assert.equal(all['min.insync.replicas'], '2');
  assert.equal(all['controller.quorum.fetch.timeout.ms'], '3000');
  assert.equal(all['num.io.threads'], undefined);
});

test('other properties are taken unless they have a place of their own', () => {
  const extra =
    (key: string, value = '1') =>
    () =>
      properties({ kafka: { num_io_threads: 4, extra: { [key]: value } } });
  assert.equal(extra('log.message.timestamp.type', 'LogAppendTime')()['log.message.timestamp.type'], 'LogAppendTime');
  assert.throws(extra('node.id'), /set by the package itself/);
  assert.throws(extra('num.io.threads'), /set kafka\.num_io_threads instead/);
  assert.throws(extra('log.retention.ms'), /set kafka\.log_retention_ms instead/);
  assert.throws(extra('not a key'), { code: 'kafka-property' });
  assert.throws(extra('a.key', 'two\nlines'), /line breaks/);
  assert.throws(extra('a.key', '{{address}}'), { code: 'kafka-property' });
});

test('what belongs to ZooKeeper is for those that speak with it', () => {
  const extra = {
    'zookeeper.session.timeout.ms': '6000',
    'control.plane.listener.name': 'X',
    'authorizer.class.name': 'kafka.security.authorizer.AclAuthorizer',
  };
  const at = (migration: string, role: Role) => {
    const options = { kafka: { metadata: 'zookeeper', migration, inter_broker_protocol_version: '3.9', extra } };
    const all = properties(options, role, '3.9.2');
    return [...Object.keys(extra), 'inter.broker.protocol.version'].map((key) => all[key]);
  };
  const standard = 'org.apache.kafka.metadata.authorizer.StandardAuthorizer';
  for (const migration of ['none', 'controllers', 'brokers', 'returning', 'leaving'])
    assert.deepEqual(at(migration, 'broker'), [...Object.values(extra), '3.9']);
  assert.deepEqual(at('kraft', 'broker'), [undefined, undefined, standard, undefined]);
  assert.deepEqual(at('brokers', 'controller'), ['6000', undefined, standard, undefined]);
});

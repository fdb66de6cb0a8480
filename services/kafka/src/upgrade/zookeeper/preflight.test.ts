import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProblems } from '../preflight.ts';
import { hopProblems, migrationProblems, spokenProblems } from './preflight.ts';
import type { BrokerProtocol, Spoken } from './spoken.ts';
import { notSpoken } from './steps.ts';

const broker = (index: number, protocol: string, newest = protocol): BrokerProtocol => ({
  instance: `broker-${index}`,
  protocol,
  newest,
  format: '2.8-IV1',
});

const spoken = (...brokers: readonly BrokerProtocol[]): Spoken => ({ brokers, silent: [] });

const two = spoken(broker(0, '2.8-IV1'), broker(1, '2.8-IV1'));
const up = { from: '2.8.2', to: '3.9.2' };

test('where one cannot go on ZooKeeper', () => {
  assert.deepEqual(hopProblems(up, 'blue'), []);
  assert.match(
    hopProblems({ from: '3.9.2', to: '4.4.0' }, 'blue').join(),
    /go to 3\.9, then migrate .*\(warder blue migrate\)/,
  );
  assert.match(hopProblems({ from: '2.7.2', to: '3.9.2' }, 'blue').join(), /Kafka 2\.7\.2 is older than 2\.8\.0/);
  assert.match(hopProblems({ from: '2.8.2', to: '2.6.0' }, 'blue').join(), /Kafka 2\.6\.0 is older/);
});

test('in the middle of a migration nothing is upgraded', () => {
  const at = (migration: string) => ({ name: 'blue', options: { kafka: { metadata: 'zookeeper', migration } } });
  assert.deepEqual(migrationProblems(at('none')), []);
  assert.match(migrationProblems(at('brokers')).join(), /end that first \(warder blue plan show migrate\)/);
});

test('brokers that agree with each other and with the options', () => {
  assert.deepEqual(spokenProblems(two, up, {}), []);
  const pinned = spoken(broker(0, '2.8', '3.9-IV0'), broker(1, '2.8-IV1', '3.9-IV0'));
  const kafka = { inter_broker_protocol_version: '2.8' };
  assert.deepEqual(spokenProblems(pinned, { from: '3.9.2', to: '3.9.2' }, kafka), []);
  assert.deepEqual(spokenProblems(pinned, { from: '3.9.2', to: '2.8.2' }, kafka), [], 'the way back');
});

test('brokers that do not are named, all at once', () => {
  const silent = { ...two, silent: ['broker-2 (gone)'] };
  assert.match(spokenProblems(silent, up, {}).join(), /^not every broker tells .*: broker-2 \(gone\); bring it up/);
  const mixed = spoken(broker(0, '2.8-IV1'), broker(1, '2.8', '3.9-IV0'), broker(2, '2.7', '2.8-IV1'));
  const [version = '', protocol = '', ...rest] = spokenProblems(mixed, up, {});
  assert.match(version, /^not on Kafka 2\.8\.2 yet: broker-1 \(3\.9\); .*plan start update/);
  assert.match(protocol, /^not on protocol 2\.8 yet: broker-2 \(2\.7\)/);
  assert.deepEqual(rest, []);
  const formats = spoken(broker(0, '2.8'), { ...broker(1, '2.8'), format: '0.10.2' });
  assert.match(
    spokenProblems(formats, up, {}).join(),
    /^records are written in several formats: .*broker-1 \(0\.10\.2\)/,
  );
});

test('there is no way back below what brokers go by', () => {
  const raised = spoken(broker(0, '3.9', '3.9-IV0'), broker(1, '3.9', '3.9-IV0'));
  const problems = spokenProblems(raised, { from: '3.9.2', to: '2.8.2' }, {});
  assert.match(problems.join(), /go by protocol 3\.9, which Kafka 2\.8\.2 does not know: there is no way back/);
});

test('formats of topics: old ones as soon as the protocol ends them, all of them with 4.0', () => {
  const formats = new Map([
    ['old', '0.10.2'],
    ['new', '2.8'],
  ]);
  assert.match(
    formatProblems(formats, up).join(),
    /in an old format in old \(0\.10\.2\): bring their clients .*--unset/,
  );
  assert.deepEqual(formatProblems(formats, { from: '2.8.1', to: '2.8.2' }), []);
  assert.match(
    formatProblems(formats, { from: '3.9.2', to: '4.4.0' }).join(),
    /set for old \(0\.10\.2\), new \(2\.8\)/,
  );
});

test('the soak goes on when everybody runs the version and goes by the protocol', () => {
  const wanted = { to: '3.9.2', protocol: '2.8' };
  assert.equal(notSpoken(spoken(broker(0, '2.8', '3.9-IV0')), wanted), undefined);
  assert.equal(notSpoken(two, wanted), 'not on Kafka 3.9.2 yet: broker-0, broker-1');
  assert.equal(
    notSpoken(spoken(broker(0, '3.9', '3.9'), broker(1, '2.8', '3.9')), { to: '3.9.2', protocol: '3.9' }),
    'broker-1 goes by protocol 2.8 still',
  );
  assert.match(notSpoken({ ...two, silent: ['broker-2 (x)'] }, wanted) ?? '', /no answer from broker-2 \(x\)/);
  assert.equal(notSpoken(spoken(), wanted), 'no answer from any broker');
  const format = { to: '2.8.2', protocol: '2.8', format: '2.8' };
  assert.equal(notSpoken(two, format), undefined);
  const late = { ...broker(0, '2.8'), format: '0.10.2' };
  assert.equal(notSpoken(spoken(late), format), 'broker-0 writes records as 0.10.2 still');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareProtocols, newestProtocol, protocolOf, recordFormat, shortProtocol } from './protocol.ts';

test('protocols are in the order in which Kafka made them', () => {
  const rows = ['0.9.0', '0.10.0-IV0', '0.10.0', '0.10.2', '0.11.0-IV0', '0.11.0', '1.0', '2.7', '2.8-IV0', '2.8'];
  const order = [...rows, '3.0-IV0', '3.0', '3.3-IV0', '3.3', '3.9', '3.10'];
  for (const [at, each] of order.entries()) {
    for (const [other, that] of order.entries())
      assert.equal(Math.sign(compareProtocols(each, that)), Math.sign(at - other), `${each} ${that}`);
  }
});

test('a release means its newest level', () => {
  for (const [short, long] of [
    ['2.8', '2.8-IV1'],
    ['3.3', '3.3-IV3'],
    ['3.7', '3.7-IV4'],
    ['3.9', '3.9-IV0'],
    ['0.10.2', '0.10.2-IV0'],
  ] as const) {
    assert.equal(compareProtocols(short, long), 0, long);
    assert.equal(shortProtocol(long), short);
  }
  assert.equal(shortProtocol('2.8-IV0'), '2.8-IV0', 'that is another one');
  assert.equal(shortProtocol('3.9'), '3.9');
});

test('what a configuration goes by', () => {
  assert.equal(newestProtocol('3.9.2'), '3.9');
  assert.equal(protocolOf({}, '2.8.2'), '2.8');
  assert.equal(protocolOf({ inter_broker_protocol_version: '2.7' }, '2.8.2'), '2.7');
});

test('three formats of records', () => {
  assert.deepEqual(['0.9.0', '0.10.0', '0.10.2', '0.11.0', '2.8', '3.9'].map(recordFormat), [0, 1, 1, 2, 2, 2]);
});

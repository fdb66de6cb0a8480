import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest, nextAfterUnknown } from './nearest.ts';

const names = ['kafka', 'prod/kafka', 'zookeeper', 'hello', 'kafka-2'];

test('finds what was mistyped, cut off or written in capitals', () => {
  assert.equal(nearest('kafak', names)[0], 'kafka');
  assert.equal(nearest('Kafka', names)[0], 'kafka');
  assert.equal(nearest('zook', names)[0], 'zookeeper');
  assert.deepEqual(nearest('cassandra', names), []);
  assert.deepEqual(nearest('', names), []);
});

test('says where all names are when none is near', () => {
  assert.equal(nextAfterUnknown('x', names, 'warder service list'), 'see the names: warder service list');
  assert.match(nextAfterUnknown('helo', names, 'L'), /^did you mean hello\? All names: L$/);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { sameValue } from './live-apply.ts';
import { threadPools, updateMode } from './live.ts';

test('a value that is written otherwise is the same value', () => {
  assert.ok(sameValue('0.50', '0.5'));
  assert.ok(sameValue('1.7976931348623157E308', '1.7976931348623157e+308'));
  assert.ok(sameValue('compact, delete', 'compact,delete'));
  assert.ok(!sameValue('9223372036854775807', '9223372036854775806'), 'too close for doubles');
  assert.ok(!sameValue('', '0'));
  assert.ok(!sameValue('true', 'false'));
});

test('thread pools change live in every line where Kafka has them', () => {
  for (const key of threadPools) assert.equal(updateMode(key, '4'), 'cluster-wide', key);
});

test('what identifies an instance never changes live', () => {
  for (const key of ['listeners', 'advertised.listeners', 'node.id', 'log.dirs']) {
    for (const line of ['3.9', '4'] as const) assert.equal(updateMode(key, line), undefined, key);
  }
});

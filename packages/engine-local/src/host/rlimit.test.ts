import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clampRlimits, unlimited } from './rlimit.ts';

const hardOf = () => 20_000;

test('a limit within those of the host is given as it is', () => {
  const { rlimits, messages } = clampRlimits([{ name: 'RLIMIT_NOFILE', soft: 100, hard: 200 }], hardOf);
  assert.deepEqual(rlimits, [{ type: 'RLIMIT_NOFILE', soft: 100, hard: 200 }]);
  assert.deepEqual(messages, []);
});

test('a limit above those of the host is clamped, and a message says so', () => {
  const { rlimits, messages } = clampRlimits([{ name: 'RLIMIT_NOFILE', soft: 128_000, hard: 128_000 }], hardOf);
  assert.deepEqual(rlimits, [{ type: 'RLIMIT_NOFILE', soft: 20_000, hard: 20_000 }]);
  assert.deepEqual(messages, ['RLIMIT_NOFILE 128000 is above the hard limit of this host: 20000']);
});

test('unlimited means as much as there is', () => {
  assert.deepEqual(clampRlimits([{ name: 'RLIMIT_NOFILE' }], hardOf).rlimits, [
    { type: 'RLIMIT_NOFILE', soft: 20_000, hard: 20_000 },
  ]);
  assert.equal(clampRlimits([{ name: 'RLIMIT_CORE' }], () => unlimited).rlimits[0]?.hard, unlimited);
});

test('one of the two is enough, and soft is never above hard', () => {
  assert.deepEqual(clampRlimits([{ name: 'RLIMIT_NOFILE', soft: 50 }], hardOf).rlimits[0]?.hard, 50);
  assert.deepEqual(clampRlimits([{ name: 'RLIMIT_NOFILE', soft: 70, hard: 60 }], hardOf).rlimits[0]?.soft, 60);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Log } from './log.ts';

const logOf = (...parts: readonly (readonly [epoch: number, records: number])[]): Log => {
  const log = new Log();
  for (const [epoch, records] of parts) log.append(epoch, records);
  return log;
};

test('logs have in common what the same epochs wrote', () => {
  assert.equal(logOf([1, 5], [2, 3]).common(logOf([1, 5], [2, 1])), 6);
  assert.equal(logOf([1, 5], [2, 3]).common(logOf([1, 4], [3, 9])), 4);
  assert.equal(logOf([1, 5]).common(logOf([2, 5])), 0);
  assert.ok(logOf([1, 5]).isLike(logOf([1, 2], [1, 3])));
});

test('a follower drops what its leader has not, and fetches what it lacks, so much at a time', () => {
  const leader = logOf([1, 5], [3, 4]);
  const follower = logOf([1, 5], [2, 9]);
  follower.follow(leader, 3);
  assert.equal(follower.end, 8);
  assert.equal(follower.common(leader), 8);
  follower.follow(leader, 3);
  assert.ok(follower.isLike(leader));
});

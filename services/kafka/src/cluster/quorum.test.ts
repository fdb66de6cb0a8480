import assert from 'node:assert/strict';
import test from 'node:test';
import type { Quorum } from '../client/api/describe-quorum.ts';
import { caughtUp, quorumVerdict, silentOf } from './quorum.ts';

/** Voters by how many milliseconds they are behind the leader, the first of them. */
const quorum = (...behindMs: readonly number[]): Quorum => ({
  errorCode: 0,
  leader: 1000,
  epoch: 3,
  highWatermark: 9n,
  voters: behindMs.map((ms, index) => ({ id: 1000 + index, endOffset: 9n, caughtUpMs: 1_000_000 - ms })),
  observers: [],
});

test('with three voters, both others must be up to date', () => {
  assert.equal(quorumVerdict(1001, quorum(0, 100, 300)).safe, true);
  const verdict = quorumVerdict(1001, quorum(0, 100, 5000));
  assert.equal(verdict.safe, false);
  assert.match(verdict.reason, /only 1 of 3 voters are up to date, 2 are needed; it waits for 1002/);
  assert.deepEqual(verdict.missing, [1002]);
});

test('one that is behind itself may stop', () => {
  assert.equal(quorumVerdict(1002, quorum(0, 100, 60_000)).safe, true);
});

test('with five voters one of the others may be behind', () => {
  assert.equal(quorumVerdict(1000, quorum(0, 1, 1, 1, 9000)).safe, true);
  assert.equal(quorumVerdict(1000, quorum(0, 1, 1, 9000, 9000)).safe, false);
});

test('with two voters the other one must be there; with one nothing can be done', () => {
  assert.equal(quorumVerdict(1000, quorum(0, 1)).safe, true);
  assert.equal(quorumVerdict(1000, quorum(0, 9000)).safe, false);
  const single = quorumVerdict(1000, quorum(0));
  assert.equal(single.safe, true);
  assert.match(single.reason, /only controller/);
});

test('who leads is told, and always counts as up to date', () => {
  assert.equal(quorumVerdict(1000, quorum(0, 1, 1)).leads, true);
  assert.equal(quorumVerdict(1001, quorum(0, 1, 1)).leads, false);
  assert.deepEqual(caughtUp(quorum(0, 5000, 5000)), [1000]);
});

test('a voter of which nothing is known yet is not up to date', () => {
  const { voters, ...rest } = quorum(0, 0, 0);
  const unknown = { ...rest, voters: voters.map((each) => (each.id === 1002 ? { ...each, caughtUpMs: -1 } : each)) };
  assert.deepEqual(caughtUp(unknown), [1000, 1001]);
});

test('a voter that does not answer is not counted on, however lately it was up to date', () => {
  const voters = quorum(0, 100, 300);
  const verdict = quorumVerdict(1001, voters, silentOf(voters, [1000, 1001]));
  assert.equal(verdict.safe, false);
  assert.deepEqual(verdict.missing, [1002]);
  assert.equal(quorumVerdict(1001, voters, silentOf(voters, [1000, 1001, 1002])).safe, true);
});

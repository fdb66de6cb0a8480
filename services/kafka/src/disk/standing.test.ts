import assert from 'node:assert/strict';
import test from 'node:test';
import type { LogDir } from '../client/api/describe-log-dirs.ts';
import { moveName, progressText, standingOf } from './standing.ts';

const dir = (path: string, replicas: readonly string[], errorCode = 0): LogDir => ({
  errorCode,
  path,
  totalBytes: 100n,
  usableBytes: 50n,
  cordoned: false,
  replicas: replicas.map((name) => ({
    topic: name.replace('+', ''),
    partition: 0,
    sizeBytes: name.startsWith('+') ? 1024n : 4096n,
    lag: name.startsWith('+') ? 7n : 0n,
    future: name.startsWith('+'),
  })),
});

const moves = ['a', 'b', 'c', 'd'].map((topic) => ({ topic, partition: 0, to: '/2' }));

const told = (dirs: readonly LogDir[]): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(standingOf(dirs, moves))
      .map(([part, list]) => [part, list.map(moveName)] as const)
      .filter(([, names]) => names.length > 0),
  );

test('what is there, on its way, not begun, and not on the broker any more', () => {
  const dirs = [dir('/1', ['b', 'c', '+a']), dir('/2', ['a', '+b'])];
  assert.deepEqual(told(dirs), { done: ['a-0'], coming: ['b-0'], away: ['c-0'], gone: ['d-0'] });
  assert.equal(
    progressText(standingOf(dirs, moves)),
    '1 of 4 replicas moved; on their way: b-0 (1.0 KiB of 4.0 KiB, 7 records to go); no longer on this broker: d-0',
  );
});

test('what is on its way to somewhere else has not begun', () => {
  assert.deepEqual(told([dir('/1', ['a', 'b', 'c', 'd']), dir('/2', []), dir('/3', ['+a'])]).away?.length, 4);
});

test('nothing comes to a log dir that has failed, and what is nowhere may be on one', () => {
  assert.deepEqual(told([dir('/1', ['a', 'b', 'c', 'd']), dir('/2', [], 56)]), { lost: ['a-0', 'b-0', 'c-0', 'd-0'] });
  const other = [dir('/1', [], 56), dir('/2', ['a', '+b'])];
  assert.deepEqual(told(other), { done: ['a-0'], lost: ['b-0', 'c-0', 'd-0'] });
});

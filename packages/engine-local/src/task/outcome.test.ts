import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeOf } from './outcome.ts';
import type { ExitRecord } from './place.ts';

const shim = (rest: Partial<Extract<ExitRecord, { by: 'shim' }>>): ExitRecord => ({
  by: 'shim',
  code: 0,
  started: true,
  unknown: false,
  oomKills: 0,
  ...rest,
});
const kill = { why: 'kill', atMs: 0, graceMs: 0 } as const;
const memoryMiB = 64;

test('an end by itself', () => {
  assert.deepEqual(outcomeOf({ exit: shim({}), memoryMiB }), { state: 'FINISHED', exit: { code: 0 } });
  assert.deepEqual(outcomeOf({ exit: shim({ code: 3 }), memoryMiB }), {
    state: 'FAILED',
    exit: { code: 3 },
    message: 'exit code 3',
  });
  assert.deepEqual(outcomeOf({ exit: shim({ code: 139 }), memoryMiB }), {
    state: 'FAILED',
    exit: { code: 139, signal: 'SIGSEGV' },
    message: 'exit code 139 (SIGSEGV)',
  });
});

test('out of memory, the whole task or a child', () => {
  assert.deepEqual(outcomeOf({ exit: shim({ code: 137, oomKills: 1 }), memoryMiB }), {
    state: 'FAILED',
    exit: { code: 137, signal: 'SIGKILL', outOfMemory: true },
    message: 'out of memory: limit 64 MiB',
  });
  assert.equal(outcomeOf({ exit: shim({ oomKills: 2 }), memoryMiB }).state, 'FINISHED');
  assert.equal(outcomeOf({ exit: shim({ oomKills: 2 }), memoryMiB }).exit?.outOfMemory, true);
});

test('an end that was asked for', () => {
  assert.deepEqual(outcomeOf({ exit: shim({ code: 143 }), kill, memoryMiB }), {
    state: 'KILLED',
    exit: { code: 143, signal: 'SIGTERM' },
  });
  const health = { ...kill, why: 'health', message: 'health check failed 3 times: no' } as const;
  assert.equal(outcomeOf({ exit: shim({ code: 143 }), kill: health, memoryMiB }).state, 'FAILED');
  assert.equal(outcomeOf({ exit: shim({ code: 143 }), kill: health, memoryMiB }).message, health.message);
  assert.equal(outcomeOf({ exit: shim({ code: 137 }), kill: { ...kill, why: 'gone' }, memoryMiB }).state, 'GONE');
});

test('what could not be started, and what nobody saw end', () => {
  const error = { exit: shim({ code: 1, started: false }), memoryMiB, runtimeError: 'no such file' };
  assert.deepEqual(outcomeOf(error), { state: 'ERROR', message: 'the jail could not be made: no such file' });
  const unknown = outcomeOf({ exit: shim({ code: 137, unknown: true }), memoryMiB });
  assert.equal(unknown.state, 'LOST');
  assert.deepEqual(unknown.exit, {}, 'the code of the runtime is not that of the task');
  const lost: ExitRecord = { by: 'engine', state: 'LOST', message: 'its shim was killed', oomKills: 1 };
  assert.deepEqual(outcomeOf({ exit: lost, memoryMiB }), {
    state: 'LOST',
    message: 'its shim was killed; out of memory: limit 64 MiB',
    exit: { outOfMemory: true },
  });
});

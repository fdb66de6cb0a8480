import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Host } from '@warder/engine-local';
import { hostLines } from './doctor.ts';
import { plain } from './output/terminal.ts';

const bare: Host = { root: false, linux: true, cgroups: 'v2', nofileHard: 1024, problems: [] };

test('what is missing is told with the command that mends it', () => {
  const problem = {
    code: 'no-root',
    message: 'not root',
    next: 'sudo warder server start',
    severity: 'isolation',
  } as const;
  const lines = hostLines({ ...bare, problems: [problem] }, plain);
  assert.ok(lines.includes('java        none'));
  assert.ok(lines.includes('tasks are   plain processes, not jailed'));
  assert.deepEqual(lines.slice(-2), ['problem: not root (no-root)', '  next: sudo warder server start']);
});

test('a machine that has all', () => {
  const runtime = { kind: 'runc', version: '1.1.5', command: ['/usr/sbin/runc'], seccomp: true } as const;
  const lines = hostLines({ ...bare, root: true, runtime }, plain);
  assert.ok(lines.includes('runtime     runc 1.1.5'));
  assert.deepEqual(lines.slice(-3), ['tasks are   jailed', '', 'Nothing is missing.']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusOf } from './status.ts';

test('a code says which status it is', () => {
  const refused = (code: string): number => statusOf(code, 409);
  const thrown = (code: string): number => statusOf(code, 503);
  assert.deepEqual(
    ['pod-unknown', 'options-invalid', 'gate-closed', 'plan-stale', 'busy', 'store-unwritable'].map(refused),
    [404, 400, 409, 409, 503, 503],
  );
  assert.deepEqual(
    ['engine-file-missing', 'engine-task-unknown', 'engine-file-kind', 'engine-path-escapes'].map(thrown),
    [404, 404, 400, 400],
  );
  assert.deepEqual(
    ['engine-task-not-running', 'engine-exec-timeout', 'engine-agent-down', 'store-full', 'store-failed'].map(thrown),
    [409, 504, 503, 507, 503],
  );
});

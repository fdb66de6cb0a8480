import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain } from '../output/terminal.ts';
import { renderTree } from '../output/tree.ts';
import { evaluationBranch } from './offers.ts';
import { whyLines } from './why.ts';

test('what waits, since when, and the command that would unblock it', () => {
  const waiting = [
    {
      what: 'update / node-1',
      reason: 'paused by ann',
      sinceMs: 1000,
      next: 'warder hello plan resume update',
      eta: { ms: 90_000, how: 'as ever' },
    },
  ];
  assert.deepEqual(
    whyLines(waiting, 61_000, (words) => `./warder ${words}`),
    [
      'update / node-1: paused by ann (for 1m 00s)',
      '  next: ./warder hello plan resume update',
      '  its run takes about 1m 30s from when it goes on',
    ],
  );
});

test('an offer that did not fit says which checks said no', () => {
  const outcome = {
    check: 'all',
    passed: false,
    reason: 'needs 500 cpus',
    children: [{ check: 'cpus', passed: false, reason: 'needs 500 cpus, 6 free', children: [] }],
  };
  const branch = evaluationBranch({ atMs: 0, instance: 'node-0', agentId: 'a', hostname: 'a', outcome }, plain);
  const [head, cpus] = renderTree(branch);
  assert.match(head ?? '', /node-0 on a: no, needs 500 cpus$/);
  assert.equal(cpus, '└─ cpus: no, needs 500 cpus, 6 free');
});

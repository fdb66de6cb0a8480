import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DetectorAnswer } from '../api/answers.ts';
import { plain } from '../output/terminal.ts';
import { openTestServer, runLauncher } from '../test-server.ts';
import { detectorLines } from './detectors.ts';

const nowMs = 1_000_000;
const detector: DetectorAnswer = {
  name: 'disk-full',
  summary: 'a disk fills up',
  everyMs: 1000,
  forMs: 60_000,
  deed: { kind: 'propose', plan: 'cleanup' },
};

test('a detector tells what it watches for, what was seen, and what came of it', () => {
  assert.deepEqual(detectorLines(detector, nowMs, plain), [
    'disk-full: a disk fills up',
    '  proposes the plan cleanup when it is on for 1m 00s; now nobody has looked yet',
  ]);
  const seen: DetectorAnswer = {
    ...detector,
    on: true,
    sinceMs: nowMs - 90_000,
    reason: '93 %',
    error: 'no answer',
    did: { atMs: nowMs - 30_000, what: 'propose plan cleanup: 93 %', ok: false, answer: 'the service is busy' },
  };
  assert.deepEqual(detectorLines(seen, nowMs, plain).slice(1), [
    '  proposes the plan cleanup when it is on for 1m 00s; now on for 1m 30s: 93 %',
    '  the last look failed: no answer',
    '  30s ago: propose plan cleanup: 93 %: the service is busy (it is tried again)',
  ]);
});

test('a package that watches for nothing says so', async () => {
  await using server = await openTestServer({
    'GET /service/hello/v1/debug/detectors': () => ({ body: [] }),
    'GET /service/hello/v1/debug/reactions': () => ({ body: [] }),
  });
  const { stdout } = await runLauncher(['hello', 'debug', 'detectors'], server);
  assert.equal(stdout, 'The package watches for nothing by itself.\n');
});

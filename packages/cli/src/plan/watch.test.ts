import assert from 'node:assert/strict';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openApi } from '../api/client.ts';
import type { RunView } from '../api/answers.ts';
import { testRun, testStep } from '../test-run.ts';
import { openTestServer, refusal, type Reply, type TestServer } from '../test-server.ts';
import { watchRun, type WatchTimes } from './watch.ts';

const watched = { run: '/service/hello/v1/runs/run-1', events: '/service/hello/v1/events' };
const started = testRun([testStep(0, { status: 'STARTED' })]);
const complete = testRun([testStep(0, { status: 'COMPLETE' })], { status: 'COMPLETE', endedMs: 1 });
const times: WatchTimes = { quietMs: 60_000, pollMs: 30, gapMs: 1, awayMs: 200 };

async function statuses(server: TestServer, signal = new AbortController().signal): Promise<readonly string[]> {
  const seen: string[] = [];
  for await (const run of watchRun(openApi(server.home, {}), watched, signal, times)) seen.push(run.status);
  return seen;
}

/** One view after the other; the last one for ever. */
function views(...runs: readonly RunView[]): () => Reply {
  let at = 0;
  return () => ({ body: runs[Math.min(at++, runs.length - 1)] });
}

test('an event of the stream makes it look again', async () => {
  let tell: (() => void) | undefined;
  const next = views(started, complete);
  await using server = await openTestServer({
    [`GET ${watched.run}`]: () => {
      setTimeout(() => tell?.(), 50);
      return next();
    },
    [`GET ${watched.events}`]: () => (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': here\n\n');
      tell = () => response.write('event: change\ndata: {}\nid: e-1\n\n');
    },
  });
  assert.deepEqual(await statuses(server), ['IN_PROGRESS', 'COMPLETE']);
});

test('without a stream it polls', async () => {
  await using server = await openTestServer({
    [`GET ${watched.run}`]: views(started, started, complete),
    [`GET ${watched.events}`]: () => refusal(500, 'broken', 'no stream'),
  });
  assert.deepEqual(await statuses(server), ['IN_PROGRESS', 'IN_PROGRESS', 'COMPLETE']);
});

test('a run with an error waits for a person: the watch ends', async () => {
  await using server = await openTestServer({ [`GET ${watched.run}`]: views(testRun([], { status: 'ERROR' })) });
  assert.deepEqual(await statuses(server), ['ERROR']);
});

test('a signal ends it, the run goes on', async () => {
  await using server = await openTestServer({ [`GET ${watched.run}`]: views(started) });
  assert.equal((await statuses(server, AbortSignal.timeout(150))).at(-1), 'IN_PROGRESS');
});

test('a server that was started again elsewhere is found; one that stays away is not', async () => {
  await using server = await openTestServer({ [`GET ${watched.run}`]: views(started) });
  await using other = await openTestServer({ [`GET ${watched.run}`]: views(complete) });
  const file = join(server.home, 'server.json');
  const away: boolean[] = [];
  const seen: string[] = [];
  const watch = { ...watched, onAway: (is: boolean) => void away.push(is) };
  const signal = new AbortController().signal;
  for await (const run of watchRun(openApi(server.home, {}), watch, signal, { ...times, awayMs: 5000 })) {
    seen.push(run.status);
    if (run.status === 'IN_PROGRESS') {
      rmSync(file);
      setTimeout(() => copyFileSync(join(other.home, 'server.json'), file), 100);
    }
  }
  assert.deepEqual(
    [seen, away],
    [
      ['IN_PROGRESS', 'COMPLETE'],
      [true, false],
    ],
  );
  rmSync(file);
  await assert.rejects(statuses(server), { code: 'server-not-running' });
});

test('what the API refuses is an error', async () => {
  await using server = await openTestServer({});
  await assert.rejects(statuses(server), { code: 'service-unknown' });
});

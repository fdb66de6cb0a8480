import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChangeLog, type ChangeLog } from './change-log.ts';
import { changeStream } from './sse.ts';

type Seen = { readonly id: string; readonly event: string; readonly data: unknown };

/** Read so many events (blocks with data), then stop. */
async function read(log: ChangeLog, count: number, options: { lastEventId?: string; service?: string } = {}) {
  const stop = new AbortController();
  const seen: Seen[] = [];
  for await (const chunk of changeStream({ log, signal: stop.signal, ...options })) {
    for (const block of Buffer.from(chunk)
      .toString()
      .split('\n\n')
      .filter((text) => text !== '')) {
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
      if (field('data') !== '') seen.push({ id: field('id'), event: field('event'), data: JSON.parse(field('data')) });
    }
    if (seen.length >= count) stop.abort();
  }
  return seen;
}

const change = (n: number) => ({ path: `run/${n}`, value: { n } });

test('begins with what comes now, in order', async () => {
  const log = createChangeLog('e');
  log.append('a', [change(1)]);
  const reading = read(log, 2);
  await new Promise(setImmediate);
  log.append('a', [change(2), { path: 'run/1' }]);
  assert.deepEqual(await reading, [
    { id: 'e-2', event: 'change', data: { service: 'a', path: 'run/2', value: { n: 2 } } },
    { id: 'e-3', event: 'change', data: { service: 'a', path: 'run/1' } },
  ]);
});

test('goes on after the last event that was seen, and shows only one service', async () => {
  const log = createChangeLog('e');
  for (let n = 0; n < 10; n++) log.append(n % 2 === 0 ? 'even' : 'odd', [change(n)]);
  const seen = await read(log, 3, { lastEventId: 'e-4', service: 'odd' });
  assert.deepEqual(
    seen.map(({ id }) => id),
    ['e-6', 'e-8', 'e-10'],
  );
});

test('says so when what was missed is not kept any more, or is of another server', async () => {
  const log = createChangeLog('new', 5);
  for (let n = 0; n < 30; n++) log.append('a', [change(n)]);
  for (const lastEventId of ['new-2', 'old-29', 'nonsense', 'new-31', 'new-x']) {
    assert.deepEqual(await read(log, 1, { lastEventId }), [{ id: 'new-30', event: 'reset', data: {} }], lastEventId);
  }
  assert.equal((await read(log, 5, { lastEventId: 'new-25' })).length, 5, 'the last five are there');
});

test('a slow reader costs nothing and is told that it missed changes', async () => {
  const log = createChangeLog('e', 5);
  const stop = new AbortController();
  const stream = changeStream({ log, signal: stop.signal })[Symbol.asyncIterator]();
  await stream.next();
  for (let n = 0; n < 1000; n++) log.append('a', [change(n)]);
  const { value } = await stream.next();
  assert.match(Buffer.from(value ?? []).toString(), /^id: e-1000\nevent: reset\n/);
  assert.equal(log.read(0, 10), undefined);
  stop.abort();
  assert.equal((await stream.next()).done, true);
});

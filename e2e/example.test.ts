/** The worked example of docs/sdk.md on a real engine: everything that its code adds, in use. */
import assert from 'node:assert/strict';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHome, until } from './home.ts';
import { serviceOf } from './service.ts';

const from = join(import.meta.dirname, '..', 'docs', 'example');

test('the worked example on the local engine', { timeout: 180_000 }, async (t) => {
  const home = createHome('example');
  t.after(() => home.end());
  await home.ok('package', 'install', '--from', from);
  const journal = serviceOf(home, 'journal');
  const linesOf = async (node: string): Promise<number> => {
    const { url, headers } = home.url('/service/journal/v1/metrics/prometheus');
    const text = await (await fetch(url, { headers })).text();
    return Number(new RegExp(`journal_lines\\{instance="${node}"\\} (\\d+)`).exec(text)?.[1]);
  };

  await t.test('its commands, its endpoint and its metrics', async () => {
    for (const line of ['one', 'two', 'three', 'four']) await journal.ok('line', 'add', line);
    assert.equal(await journal.ok('line', 'list'), 'one\ntwo\nthree\nfour\n');
    assert.equal((await journal.json<readonly string[]>('endpoints', 'nodes')).length, 3);
    assert.equal(await linesOf('node-2'), 4);
  });

  await t.test('a plan that its code makes: looked at, refused, done', async () => {
    const shown = await journal.ok('plan', 'start', 'compact', '-p', 'KEEP=2', '--dry-run');
    assert.match(shown, /node-2:shorten/);
    assert.match(shown, /2 lines are dropped for good/);
    assert.match((await journal.run('plan', 'start', 'compact', '-p', 'KEEP=all')).stderr, /keep-invalid/);
    await journal.ok('plan', 'start', 'compact', '-p', 'KEEP=2');
    await journal.reaches('compact', 'COMPLETE');
    assert.equal(await journal.ok('line', 'list'), 'three\nfour\n');
  });

  await t.test('its recipe for a replace: the new node has the lines of the others', async () => {
    await journal.ok('pod', 'replace', 'node-1');
    const run = await journal.reaches('replace', 'COMPLETE');
    assert.deepEqual(
      run.phases[0]?.steps.map(({ name }) => name),
      ['node-1:[server]', 'node-1:copy', 'node-1:in-step'],
    );
    assert.equal(await linesOf('node-1'), 2);
  });

  await t.test('its reaction: a node that loses its lines gets them back by itself', async () => {
    const [file] = globSync(join(home.path, 'engine', 'volumes', '*node-2*', 'lines.json'));
    assert.ok(file !== undefined);
    writeFileSync(file, 'not what it wrote');
    await journal.ok('pod', 'restart', 'node-2', '--force');
    await journal.reaches('restore', 'COMPLETE');
    await until('node-2 has its lines', async () => ((await linesOf('node-2')) === 2 ? true : undefined));
    const seen = await journal.ok('debug', 'detectors');
    assert.match(seen, /start plan restore: node-2 has lost its lines/);
  });
});

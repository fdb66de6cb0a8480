import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { processStart } from '@warder/api/process-start';
import { takeHome } from './cli.ts';
import { CliError, errorLines } from './exit.ts';
import { commandFor, readServerFile, resolveHome } from './home.ts';

test('the option wins over the environment, which wins over the default', () => {
  assert.equal(resolveHome('/a', { WARDER_HOME: '/b' }), '/a');
  assert.equal(resolveHome(undefined, { WARDER_HOME: '/b' }), '/b');
  assert.equal(resolveHome(undefined, {}), `${homedir()}/.warder`);
});

test('--home may stand anywhere before --', () => {
  assert.deepEqual(takeHome(['--home', '/a', 'service', 'list']), { home: '/a', words: ['service', 'list'] });
  assert.deepEqual(takeHome(['service', '--home=/a', 'list']), { home: '/a', words: ['service', 'list'] });
  const words = ['k', 'task', 'exec', 't', '--', 'x', '--home', '/b'];
  assert.deepEqual(takeHome(words), { home: undefined, words });
  assert.throws(() => takeHome(['--home']), { code: 'usage' });
});

test('hints work when they are copied: the home, and how it was called', () => {
  assert.equal(commandFor('/a', { WARDER_HOME: '/a' })('server start'), 'warder server start');
  assert.equal(commandFor('/a', {})('server start'), 'warder --home /a server start');
  const env = { WARDER_HOME: '/a', WARDER_CALLED: './warder', PATH: '/usr/bin' };
  assert.equal(commandFor('/a', env)('version'), './warder version');
  assert.equal(commandFor('/a', { ...env, WARDER_CALLED: '/usr/bin/warder' })('version'), 'warder version');
  const error = new CliError('x', 'y', { next: 'wait; or take the risk: warder kafka pod restart kafka-0 --force' });
  assert.deepEqual(errorLines(error, commandFor('/b', env)), [
    'error: y (x)',
    'next: wait; or take the risk: ./warder --home /b kafka pod restart kafka-0 --force',
  ]);
});

/** A home in which a server is said to run. */
function homeWith(t: TestContext, file: object): string {
  const home = mkdtempSync(join(tmpdir(), 'warder-home-'));
  t.after(() => rmSync(home, { recursive: true }));
  writeFileSync(join(home, 'server.json'), JSON.stringify({ url: 'http://127.0.0.1:1', version: '0', ...file }));
  return home;
}

test('the file of a server counts only while its process lives', (t) => {
  const { pid } = process;
  const startTime = processStart(pid);
  assert.equal(readServerFile(homeWith(t, { pid, startTime }))?.pid, pid);
  const gone = spawnSync(process.execPath, ['--version']).pid;
  for (const left of [{ pid: gone, startTime }, { pid, startTime: `${startTime}0` }, { pid, startTime: '' }, { pid }]) {
    assert.equal(readServerFile(homeWith(t, left)), undefined, JSON.stringify(left));
  }
});

import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { test } from 'node:test';
import { takeHome } from './cli.ts';
import { CliError, errorLines } from './exit.ts';
import { commandFor, resolveHome } from './home.ts';

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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toOurWords, updatePlan } from './foreign.ts';
import { isGroup, serviceCommands } from './table.ts';
import { aroundVersion } from './update/package-versions.ts';
import { testRun, testStep } from './test-run.ts';
import { openTestServer, runLauncher } from './test-server.ts';

const words = (line: string): string => toOurWords(line.split(' ')).join(' ');

test('words of the DC/OS CLI become ours, with all that follows', () => {
  assert.equal(words('plan status deploy --json'), 'plan show deploy --json');
  assert.equal(words('plan force-restart deploy node node-0'), 'plan restart deploy node node-0');
  assert.equal(words('debug config target_id'), 'config target-id');
  assert.equal(words('debug config show config-1'), 'config show config-1');
  assert.equal(words('debug pod pause hello-0 -t server'), 'pod pause hello-0 -t server');
  assert.equal(words('update force-complete node node-0'), `plan force-complete ${updatePlan} node node-0`);
  assert.equal(words('plan show deploy'), 'plan show deploy', 'ours stay as they are');
  assert.equal(words('plan force-complete deploy'), 'plan force-complete deploy', 'only whole words count');
});

/** Every command that the DC/OS CLI had for a service. */
const theirs = [
  'describe',
  'endpoints',
  'plan list',
  'plan status p',
  'plan show p',
  'plan start p',
  'plan stop p',
  'plan pause p',
  'plan interrupt p',
  'plan resume p',
  'plan continue p',
  'plan force-restart p',
  'plan restart p',
  'plan force-complete p a b',
  'plan force p a b',
  'pod list',
  'pod status',
  'pod info p',
  'pod restart p',
  'pod replace p',
  'debug config list',
  'debug config show x',
  'debug config target',
  'debug config target_id',
  'debug pod pause p',
  'debug pod resume p',
  'debug state framework_id',
  'debug state properties',
  'debug state property x',
  'update start',
  'update status',
  'update pause',
  'update resume',
  'update force-complete a b',
  'update force-restart',
  'update package-versions',
];

test('every command of the DC/OS CLI leads to one of ours', () => {
  for (const line of theirs) {
    const [noun = '', verb = ''] = toOurWords(line.split(' '));
    const entry = serviceCommands[noun];
    assert.ok(entry !== undefined, line);
    if (isGroup(entry)) assert.ok(entry.verbs[verb] !== undefined, line);
  }
});

test('what is said of an update is meant for the plan that brings it about', async () => {
  const base = '/service/hello/v1';
  const run = testRun([testStep(0)], { name: 'deploy' });
  await using server = await openTestServer({
    [`GET ${base}/plans`]: () => ({ body: ['deploy', 'backup'] }),
    [`GET ${base}/plans/deploy`]: () => ({ body: run }),
    [`POST ${base}/plans/deploy/interrupt`]: () => ({ body: { ok: true, message: 'paused' } }),
  });
  const shown = await runLauncher(['hello', 'update', 'status'], server);
  assert.match(shown.stdout, /^deploy \(serial strategy\)/);
  assert.equal((await runLauncher(['hello', 'update', 'pause'], server)).stdout, 'paused\n');
});

test('versions are older or newer by their numbers', () => {
  assert.deepEqual(aroundVersion('3.9', ['3.10', '3.9', '3.8.1', '4.0']), { older: ['3.8.1'], newer: ['3.10', '4.0'] });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, exampleTask } from '../example.ts';
import type { Roll } from '../request.ts';

const gates = { stop: ['stop-safe'], replace: [], start: [] };

const env = (value: string) =>
  exampleConfig([examplePod({ count: 5, gates, tasks: [exampleTask({ env: { A: value } })] })], { a: value });

const rolling = (roll: Roll): Play => {
  const play = new Play();
  play.ask({ type: 'configure', config: env('1') });
  play.settle();
  const answer = play.ask({ type: 'configure', config: env('2'), roll });
  assert.equal(answer.ok, true, answer.message);
  return play;
};

const names = (play: Play): readonly string[] => play.run('update').phases.map(({ name }) => name);

test('batches go together, one after the other, each gate asked with those before it away; the rest one by one', () => {
  const play = rolling({
    batches: [
      ['node-0', 'node-2'],
      ['node-3', 'node-1', 'node-9'],
    ],
  });
  assert.deepEqual(names(play), ['batch-1', 'batch-2', 'node']);
  const asked = play.open.filter((action) => action.type === 'ask');
  assert.deepEqual(
    asked.map(({ instance, together }) => [instance, together]),
    [
      ['node-0', []],
      ['node-2', ['node-0']],
    ],
  );
  play.settle('launch');
  assert.deepEqual(play.story().slice(-4), [
    'kill node-0-server',
    'kill node-2-server',
    'launch node-0',
    'launch node-2',
  ]);
  play.settle();
  assert.equal(play.run('update').ended?.how, 'COMPLETE');
  assert.deepEqual(play.story().slice(-2), ['kill node-4-server', 'launch node-4']);
});

test('one of a batch that has to wait is asked with the one away that has gone already', () => {
  const play = rolling({ batches: [['node-0', 'node-2']] });
  const answer = (instance: string, open: boolean): readonly string[] => {
    const at = play.open.findIndex((action) => action.type === 'ask' && action.instance === instance);
    const [asked] = play.open.splice(at, 1);
    if (at === -1 || asked?.type !== 'ask') throw new Error(`${instance} is not asked for`);
    play.tell({ type: 'gate', stepId: asked.stepId, moment: 'stop', answer: { open, reason: 'told so' } });
    return asked.together;
  };
  assert.deepEqual(answer('node-0', false), []);
  assert.deepEqual(answer('node-2', true), ['node-0']);
  play.wait(1_000);
  assert.deepEqual(answer('node-0', true), ['node-2']);
  play.settle();
  assert.equal(play.run('update').ended?.how, 'COMPLETE');
});

const canary = { probe: 'healthy', soakMs: 3_000, deadlineMs: 10_000, undo: true };

const judge = (play: Play, answer: { open: boolean; reason: string; failed?: boolean }): void => {
  const at = play.open.findIndex(({ type }) => type === 'probe');
  const [asked] = play.open.splice(at, 1);
  if (at === -1 || asked?.type !== 'probe') throw new Error('nobody asks');
  play.tell({ type: 'probe', stepId: asked.stepId, answer });
};

test('the canary goes alone, and the rest when it was found well for long enough', () => {
  const play = rolling({ canary });
  assert.deepEqual(names(play), ['canary', 'judgement', 'node']);
  play.settle('probe');
  assert.equal(play.task('node-0').configId, play.state.service?.targetConfigId);
  assert.notEqual(play.task('node-1').configId, play.task('node-0').configId);
  for (let seconds = 0; seconds < 3; seconds += 1) {
    judge(play, { open: true, reason: 'calm' });
    play.wait(1_000);
  }
  judge(play, { open: true, reason: 'calm' });
  play.settle();
  assert.equal(play.run('update').ended?.how, 'COMPLETE');
});

test('what is not well is the canary: no gate would let another one stop meanwhile', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: env('1') });
  play.settle();
  play.status(play.task('node-3').id, 'FAILED');
  assert.equal(play.ask({ type: 'configure', config: env('2'), roll: { canary } }).ok, true);
  const [first] = play.run('update').phases;
  assert.equal(play.state.steps.get(first?.stepIds[0] ?? '')?.name, 'node-3:[server]');
});

test('a canary that fails is rolled back by itself, with the reason, and nothing else was touched', () => {
  const play = rolling({ canary });
  play.settle('probe');
  const others = play.task('node-3').id;
  judge(play, { open: false, reason: '12 partitions are under-replicated', failed: true });
  const runs = [...play.state.runs.values()];
  assert.equal(runs.at(-2)?.ended?.how, 'ROLLED_BACK');
  assert.match(runs.at(-1)?.cause.text ?? '', /since healthy: 12 partitions are under-replicated/);
  play.settle();
  const config = play.state.configs.get(play.task('node-0').configId);
  assert.equal(config?.options['a'], '1');
  assert.equal(play.task('node-3').id, others);
});

test('one that never gets well is rolled back after its deadline; without undo the run is paused', () => {
  for (const undo of [true, false]) {
    const play = rolling({ canary: { ...canary, undo } });
    play.settle('probe');
    for (let seconds = 0; seconds < 11; seconds += 1) {
      judge(play, { open: false, reason: 'not yet' });
      if (!play.open.some(({ type }) => type === 'probe')) play.wait(1_000);
      if (!play.open.some(({ type }) => type === 'probe')) break;
    }
    const ends = [...play.state.runs.values()].map(({ ended }) => ended?.how);
    assert.equal(ends.includes('ROLLED_BACK'), undo);
    if (!undo) assert.match(play.run('update').paused?.reason ?? '', /longer than 10 s: not yet/);
  }
});

test('a canary that does not come up is rolled back too, with what it ended with', () => {
  const play = rolling({ canary });
  play.settle('probe', 'launch');
  for (let launches = 0; launches < 3; launches += 1) launch(play, 'FAILED');
  const runs = [...play.state.runs.values()];
  assert.equal(runs.at(-2)?.ended?.how, 'ROLLED_BACK');
  assert.match(runs.at(-1)?.cause.text ?? '', /since node-0:\[server\]: it was started 3 times: .*FAILED/);
  play.settle();
  assert.equal(play.task('node-0').state, 'RUNNING');
  assert.equal(play.state.configs.get(play.task('node-0').configId)?.options['a'], '1');
  assert.deepEqual(
    play.story().filter((line) => line.startsWith('kill')),
    ['kill node-0-server'],
    'no other was touched',
  );
});

const launch = (play: Play, state: 'FAILED' | 'RUNNING'): void => {
  const at = play.open.findIndex(({ type }) => type === 'launch');
  const [asked] = play.open.splice(at, 1);
  if (asked?.type !== 'launch') throw new Error('it is not launched');
  play.tell({ type: 'operation', operationId: asked.operationId, ok: true });
  play.status(asked.tasks[0]?.taskId ?? '', state);
  play.wait(2_500);
};

test('one that is started again by a person has all its starts anew', () => {
  const play = rolling({ canary });
  play.settle('probe', 'launch');
  for (const state of ['FAILED', 'FAILED', 'RUNNING'] as const) launch(play, state);
  const { id } = play.run('update');
  assert.equal(play.ask({ type: 'plan-restart', plan: id }).ok, true);
  play.settle('probe', 'launch');
  launch(play, 'FAILED');
  assert.equal(play.run('update').ended, undefined, 'its first start since then');
  for (let again = 0; again < 2; again += 1) launch(play, 'FAILED');
  assert.match(play.run('update').cause.text, /since node-0:\[server\]: it was started 3 times: .*FAILED/);
});

test('where there is no way back, whoever resumes the run has the canary try again', () => {
  const play = new Play();
  const config = (count: number) =>
    exampleConfig([examplePod({ count, tasks: [exampleTask({ env: { A: `${count}` } })] })]);
  play.ask({ type: 'configure', config: config(2) });
  play.settle();
  play.ask({ type: 'configure', config: config(3), roll: { canary } });
  play.settle('probe', 'launch');
  for (let launches = 0; launches < 3; launches += 1) launch(play, 'FAILED');
  assert.match(play.run('update').paused?.reason ?? '', /it was started 3 times: .*; it is not rolled back: /);
  play.ask({ type: 'plan-resume', plan: 'update' });
  play.wait(5_000);
  assert.equal(play.run('update').paused, undefined);
  launch(play, 'RUNNING');
  judge(play, { open: true, reason: 'calm' });
});

test('one that starts and is never ready is rolled back after its deadline, also when the server was away', () => {
  for (const restarts of [false, true]) {
    const play = rolling({ canary });
    play.settle('probe', 'launch');
    const at = play.open.findIndex(({ type }) => type === 'launch');
    const [asked] = play.open.splice(at, 1);
    if (asked?.type !== 'launch') throw new Error('it is not launched');
    play.tell({ type: 'operation', operationId: asked.operationId, ok: true });
    play.status(asked.tasks[0]?.taskId ?? '', 'RUNNING', false);
    play.wait(9_000);
    assert.equal(play.run('update').ended, undefined);
    if (restarts) play.restart();
    play.wait(2_000);
    assert.match(play.run('update').cause.text, /since node-0:\[server\]: it was not ready within 10 s/);
  }
});

test('a batch waits for its gates for as long as it takes, and says for what; nothing is given up or forced', () => {
  const play = rolling({ batches: [['node-0', 'node-1']] });
  const hours = 5;
  for (let seconds = 0; seconds < hours * 3_600; seconds += 600) {
    for (const asked of play.open.splice(0)) {
      if (asked.type !== 'ask') throw new Error(`${asked.type} was not to be`);
      const answer = { open: false, reason: 'node-4 is not in sync' };
      play.tell({ type: 'gate', stepId: asked.stepId, moment: asked.moment, answer });
    }
    play.wait(600_000);
  }
  assert.deepEqual(
    play.steps('update').map(({ status, reason }) => `${status} ${reason?.text}`),
    [
      'WAITING node-4 is not in sync',
      'WAITING node-4 is not in sync',
      ...Array.from({ length: 3 }, () => 'PENDING undefined'),
    ],
  );
  play.settle();
  assert.equal(play.run('update').ended?.how, 'COMPLETE');
});

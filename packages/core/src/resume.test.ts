import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod } from './example.ts';
import type { PlanSpec, StepSpec } from './spec/plan.ts';

const stopping = (): Play => {
  const play = new Play();
  const gates = { stop: ['safe'], replace: [], start: [] };
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ gates })]) });
  play.settle();
  play.ask({ type: 'pod-restart', instance: 'node-0', force: false });
  play.settle('kill');
  assert.deepEqual(play.story().slice(-1), ['kill node-0-server']);
  // The server dies before anybody hears of the kill.
  play.open.length = 0;
  return play;
};

test('a kill that was decided before a crash is sent only after its gate was asked again', () => {
  const play = stopping();
  const from = play.actions.length;
  play.tell({ type: 'started' });
  assert.deepEqual(play.story(from), []);
  const [step] = play.steps('restart');
  const answer = { open: false, reason: 'node-1 is away' };
  play.open.length = 0;
  play.tell({ type: 'gate', stepId: step?.id ?? '', moment: 'stop', answer });
  assert.equal(play.steps('restart')[0]?.reason?.text, 'node-1 is away');
  assert.deepEqual(play.story(from), []);
  play.wait(1_000);
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-0-server', 'launch node-0']);
});

test('a kill that had reached its task before the crash needs no gate, and nothing restarts twice', () => {
  const play = stopping();
  const from = play.actions.length;
  play.tell({ type: 'started' });
  play.open.length = 0;
  play.status(play.task('node-0').id, 'KILLED');
  play.settle();
  assert.deepEqual(play.story(from), ['launch node-0']);
  assert.equal(play.steps('restart')[0]?.status, 'COMPLETE');
});

test('a kill that nobody wants any more is forgotten', () => {
  const play = stopping();
  play.ask({ type: 'plan-cancel', plan: 'restart' });
  const from = play.actions.length;
  play.tell({ type: 'started' });
  play.settle();
  assert.deepEqual(play.story(from), []);
  assert.notEqual(play.task('node-0').killing, undefined, 'it may have heard of it, and end yet');
  play.wait(30_000);
  assert.equal(play.task('node-0').killing, undefined);
  assert.deepEqual(play.story(from), []);
});

test('a step whose kills have never reached their tasks, and whose gate is closed now, has not begun and holds up nobody', () => {
  const play = stopping();
  play.tell({ type: 'started' });
  const [step] = play.steps('restart');
  const answer = { open: false, reason: 'node-1 is behind' };
  const close = (): void => {
    play.open.length = 0;
    play.tell({ type: 'gate', stepId: step?.id ?? '', moment: 'stop', answer });
  };
  close();
  assert.equal(play.steps('restart')[0]?.status, 'PREPARED', 'it may have stopped it');
  play.wait(30_000);
  close();
  assert.equal(play.steps('restart')[0]?.status, 'WAITING');
  assert.equal(play.state.index.disrupting.size, 0);
  assert.equal(play.state.index.owner.size, 0);
  play.wait(1_000);
  play.settle();
  assert.equal(play.run('restart').ended?.how, 'COMPLETE');
});

test('what was started again before such a step has its turn when that step backs out', () => {
  const note: StepSpec = { kind: 'call', name: 'note', procedure: 'note' };
  const gates = { stop: ['safe'], replace: [], start: [] };
  const recipe: PlanSpec = {
    name: 'roll',
    strategy: 'serial',
    phases: [{ name: 'all', pod: 'node', strategy: 'serial', steps: [note, { kind: 'launch', tasks: ['server'] }] }],
  };
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 1, gates })]) });
  play.settle();
  play.ask({ type: 'plan-start', plan: 'roll', recipe, params: { MODE: '1' } });
  play.settle('launch');
  const launch = play.open.find(({ type }) => type === 'launch');
  assert.ok(launch?.type === 'launch');
  play.tell({ type: 'operation', operationId: launch.operationId, ok: true });
  play.open.length = 0;
  play.status(play.task('node-0').id, 'RUNNING', false);
  play.ask({ type: 'plan-restart', plan: 'roll' });
  const [, step] = play.steps('roll');
  play.open.length = 0;
  play.tell({ type: 'gate', stepId: step?.id ?? '', moment: 'stop', answer: { open: false, reason: 'not now' } });
  assert.deepEqual(
    play.steps('roll').map(({ status }) => status),
    ['STARTING', 'WAITING'],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleConfig, examplePod, exampleTask, Play } from '../example.ts';
import type { PlanSpec } from '../spec/plan.ts';

test('a recovery that is started again smuggles in no update', () => {
  const version = (text: string) => exampleConfig([examplePod({ tasks: [exampleTask({ env: { VERSION: text } })] })]);
  const play = new Play();
  play.ask({ type: 'configure', config: version('1') });
  play.settle();
  play.status(play.task('node-0').id, 'FAILED');
  play.settle();
  assert.equal(play.run('recovery').ended?.how, 'COMPLETE');
  play.ask({ type: 'configure', config: version('2') });
  play.ask({ type: 'plan-cancel', plan: 'update' });
  play.settle();
  const before = play.task('node-1').configId;
  play.ask({ type: 'plan-restart', plan: 'recovery' });
  play.settle();
  assert.equal(play.run('recovery').ended?.how, 'COMPLETE');
  assert.equal(play.task('node-0').configId, before);
});

const wait: PlanSpec = {
  name: 'chores',
  strategy: 'serial',
  phases: [{ name: 'all', strategy: 'serial', steps: [{ kind: 'approve', name: 'go', text: 'go on' }] }],
};

test('a start resumes a paused run of its plan, but not one for an occasion of its own, nor one as a dry run has shown it', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig() });
  play.settle();
  const start = { type: 'plan-start', plan: 'chores', recipe: wait } as const;
  assert.equal(play.ask(start).ok, true);
  play.ask({ type: 'plan-pause', plan: 'chores' });
  const byItself = play.ask({ ...start, key: 'failed:1', text: 'a task has failed' });
  assert.equal(byItself.ok ? '' : byItself.code, 'already');
  const shown = play.ask({ ...start, hash: 'a-b-c' });
  assert.equal(shown.ok ? '' : shown.code, 'already');
  assert.notEqual(play.run('chores').paused, undefined);
  assert.equal(play.ask({ type: 'plan-start', plan: 'chores' }).ok, true);
  assert.equal(play.run('chores').paused, undefined);
});

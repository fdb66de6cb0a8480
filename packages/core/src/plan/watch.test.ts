import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, exampleTask } from '../example.ts';

test('gates after a launch are not asked of a step that only prepares the instance', () => {
  const tasks = [exampleTask({ name: 'prepare', goal: 'ONCE' }), exampleTask()];
  const gates = { stop: [], replace: [], start: ['caught-up'] };
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 1, tasks, gates })]) });
  play.settle();
  play.status(play.task('node-0', 'prepare').id, 'FINISHED');
  assert.equal(play.steps('deploy')[0]?.status, 'COMPLETE', 'the server that could catch up is not even launched');
  play.settle('ask');
  assert.deepEqual(
    play.open.map((action) => action.type === 'ask' && action.moment),
    ['start'],
  );
  assert.equal(play.steps('deploy')[1]?.status, 'STARTED');
});

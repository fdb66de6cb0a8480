import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, exampleTask } from '../example.ts';

test('a replace launches tasks that share resources one after the other, as the deploy did', () => {
  const tasks = [exampleTask({ name: 'prepare', goal: 'ONCE' }), exampleTask()];
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 1, tasks })]) });
  play.settle();
  play.status(play.task('node-0', 'prepare').id, 'FINISHED');
  play.settle();
  const from = play.actions.length;
  play.ask({ type: 'pod-replace', instance: 'node-0', force: true });
  play.settle();
  const launches = (): readonly (readonly string[])[] =>
    play.actions
      .slice(from)
      .flatMap((action) => (action.type === 'launch' ? [action.tasks.map(({ spec }) => spec.name)] : []));
  assert.deepEqual(launches(), [['prepare']]);
  play.status(play.task('node-0', 'prepare').id, 'FINISHED');
  play.settle();
  assert.deepEqual(launches(), [['prepare'], ['server']]);
});

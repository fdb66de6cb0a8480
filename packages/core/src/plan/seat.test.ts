import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod } from '../example.ts';

test('a place that the engine has not confirmed is not used a second time', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 1 })]) });
  const [launch] = play.open.splice(0);
  assert.ok(launch?.type === 'launch');
  // After a crash the engine says that it never got the task, and only then that it never made the place.
  play.status(play.task('node-0').id, 'FAILED');
  assert.deepEqual(play.story(), ['launch node-0']);
  assert.match(play.steps('deploy')[0]?.reason?.text ?? '', /confirms the place/);
  play.tell({ type: 'operation', operationId: launch.operationId, ok: false, reason: 'no capacity' });
  play.wait(5_000);
  play.settle();
  assert.deepEqual(play.story(), ['launch node-0', 'launch node-0']);
  const again = play.actions.findLast((action) => action.type === 'launch');
  assert.notEqual(again?.type === 'launch' && again.reservation.id, launch.reservation.id);
});

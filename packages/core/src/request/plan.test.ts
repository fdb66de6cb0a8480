import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleConfig, examplePod, exampleTask, Play } from '../example.ts';

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
  play.open.length = 0;
  const before = play.task('node-1').configId;
  play.ask({ type: 'plan-restart', plan: 'recovery' });
  play.settle();
  assert.equal(play.run('recovery').ended?.how, 'COMPLETE');
  assert.equal(play.task('node-0').configId, before);
});

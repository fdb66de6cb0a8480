import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, exampleTask } from '../example.ts';

const pod = (cmd: string) => examplePod({ count: 2, tasks: [exampleTask({ cmd })] });

function fail(play: Play, instance: string): void {
  for (let failures = 0; failures < 4; failures += 1) {
    play.wait(10_000);
    play.settle();
    play.status(play.task(instance).id, 'FAILED');
  }
  play.settle();
}

const said = (play: Play): string => play.steps('recovery')[0]?.reason?.text ?? '';

test('who fails with an older configuration is told what brings the one that is wanted', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod('bad')]) });
  play.settle();
  fail(play, 'node-1');
  assert.match(said(play), /^failed 4 times, .*; last: node-1-server FAILED[^;]*$/, 'it is the one that is wanted');
  play.ask({ type: 'configure', config: exampleConfig([pod('good')]) });
  play.wait(1_000);
  assert.doesNotMatch(said(play), /wanted/, 'an update brings it');
  play.ask({ type: 'plan-cancel', plan: 'update' });
  const wanted = play.state.service?.targetConfigId;
  assert.match(said(play), new RegExp(`it has config-1, and ${wanted} is wanted: start the plan update to bring it$`));
  play.ask({ type: 'plan-start', plan: 'update' });
  play.settle();
  play.wait(60_000);
  play.settle();
  assert.equal(play.run('recovery').ended?.how, 'SUPERSEDED');
  assert.equal(play.run('update').ended?.how, 'COMPLETE');
  assert.equal(play.task('node-1').configId, wanted);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, exampleOffer, examplePod, exampleTask } from '../example.ts';

const endOf = (play: Play, plan: string): unknown =>
  [...play.state.runs.values()].findLast((run) => run.plan === plan)?.ended?.how;

test('an update that may be the cure takes over from a recovery that never succeeds', () => {
  const pod = (cmd: string) => examplePod({ count: 2, tasks: [exampleTask({ cmd })] });
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod('bad')]) });
  play.settle();
  for (let failures = 0; failures < 4; failures += 1) {
    play.status(play.task('node-0').id, 'FAILED');
    play.settle();
  }
  assert.equal(play.steps('recovery')[0]?.status, 'DELAYED');
  play.ask({ type: 'configure', config: exampleConfig([pod('good')]) });
  play.settle();
  assert.equal(endOf(play, 'recovery'), 'SUPERSEDED');
  play.wait(60_000);
  play.settle();
  assert.equal(endOf(play, 'update'), 'COMPLETE');
  assert.equal(play.task('node-0').configId, play.state.service?.targetConfigId);
});

test('a replace takes over from a launch that waits for an agent that is gone', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 2 })]) });
  const agentId = play.state.instances.get('node-0')?.reservation?.agentId ?? '';
  play.settle('launch');
  play.open.length = 0;
  const { id } = play.task('node-0');
  play.tell({ type: 'operation', operationId: [...play.state.index.operations.keys()][0] ?? '', ok: true });
  play.tell({ type: 'offer', offer: exampleOffer(agentId, { state: 'gone' }) });
  play.tell({ type: 'status', status: { taskId: id, agentId, state: 'GONE', ready: false } });
  assert.match(play.steps('deploy')[0]?.reason?.text ?? '', /replace the pod/);
  assert.equal(play.ask({ type: 'pod-replace', instance: 'node-0', force: true }).ok, true);
  play.settle();
  assert.equal(endOf(play, 'replace'), 'COMPLETE');
  assert.equal(endOf(play, 'deploy'), 'COMPLETE');
  assert.notEqual(play.state.instances.get('node-0')?.reservation?.agentId, agentId);
});

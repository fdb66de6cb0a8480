import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod } from '../example.ts';

test('a task that was to end while it could not be reached is told again when it is back', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 1 })]) });
  play.settle();
  const { id } = play.task('node-0');
  const tell = (state: 'UNREACHABLE' | 'RUNNING'): void =>
    play.tell({ type: 'status', status: { taskId: id, agentId: 'agent-0', state, ready: state === 'RUNNING' } });
  tell('UNREACHABLE');
  play.ask({ type: 'pod-restart', instance: 'node-0', force: false });
  const from = play.actions.length;
  tell('RUNNING');
  assert.deepEqual(play.story(from), ['kill node-0-server']);
  tell('RUNNING');
  assert.deepEqual(play.story(from), ['kill node-0-server'], 'once is enough');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, exampleSet, exampleTask } from '../example.ts';

test('a recovery of one task brings back another that fails meanwhile, which its gate may wait for', () => {
  const tasks = [exampleTask(), exampleTask({ name: 'agent', resourceSet: 'side', essential: false })];
  const resourceSets = [exampleSet(), exampleSet({ name: 'side', ports: [], volumes: [] })];
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 1, tasks, resourceSets })]) });
  play.settle();
  play.status(play.task('node-0', 'agent').id, 'FAILED');
  assert.equal(play.steps('recovery')[0]?.name, 'node-0:[agent]');
  play.open.length = 0;
  play.status(play.task('node-0').id, 'FAILED');
  play.wait(10_000);
  play.settle();
  play.wait(10_000);
  play.settle();
  const launched = play.actions.flatMap((action) => (action.type === 'launch' ? action.tasks : []));
  assert.equal(launched.filter(({ spec }) => spec.name === 'server').length, 2);
});

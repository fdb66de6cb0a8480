import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, exampleSet, exampleTask } from '../example.ts';

test('a restart that waited for an update does not bring the old configuration back', () => {
  const pod = (cmd: string) => examplePod({ count: 1, tasks: [exampleTask({ cmd })] });
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod('one')]) });
  play.settle();
  play.ask({ type: 'configure', config: exampleConfig([pod('two')]) });
  assert.equal(play.ask({ type: 'pod-restart', instance: 'node-0', force: false }).ok, true);
  play.settle();
  assert.equal(play.steps('restart')[0]?.status, 'COMPLETE');
  assert.equal(play.task('node-0').configId, play.state.service?.targetConfigId);
});

test('gates do not hold back what mends an instance that does not serve any more', () => {
  const tasks = [exampleTask(), exampleTask({ name: 'agent', resourceSet: 'side' })];
  const resourceSets = [exampleSet(), exampleSet({ name: 'side', ports: [], volumes: [] })];
  const gates = { stop: ['safe'], replace: [], start: [] };
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 1, tasks, resourceSets, gates })]) });
  play.settle();
  const from = play.actions.length;
  play.status(play.task('node-0').id, 'FAILED');
  play.settle('ask');
  assert.deepEqual(play.story(from), ['kill node-0-agent', 'launch node-0']);
});

test('a task that fails in a replaced instance does not take the others down with it again', () => {
  const tasks = [exampleTask(), exampleTask({ name: 'agent', resourceSet: 'side', essential: false })];
  const resourceSets = [exampleSet(), exampleSet({ name: 'side', ports: [], volumes: [] })];
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 1, tasks, resourceSets })]) });
  play.settle();
  play.ask({ type: 'pod-replace', instance: 'node-0', force: true });
  play.settle('launch');
  play.open.length = 0;
  const from = play.actions.length;
  play.status(play.task('node-0').id, 'RUNNING');
  play.status(play.task('node-0', 'agent').id, 'FAILED');
  const operationId = [...play.state.index.operations.keys()][0] ?? '';
  play.tell({ type: 'operation', operationId, ok: true });
  play.settle();
  assert.deepEqual(play.story(from), ['launch node-0']);
  assert.equal(play.steps('replace')[0]?.status, 'COMPLETE');
});

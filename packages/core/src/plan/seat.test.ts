import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, exampleOffer, examplePod, exampleSet, exampleTask } from '../example.ts';

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

test('what runs is not stopped for a bigger one that has no room', () => {
  const pod = (memoryMiB: number) => examplePod({ count: 1, resourceSets: [exampleSet({ memoryMiB })] });
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod(256)]) });
  play.settle();
  const from = play.actions.length;
  play.ask({ type: 'configure', config: exampleConfig([pod(100_000)]) });
  play.settle();
  assert.deepEqual(play.story(from), []);
  assert.match(play.steps('update')[0]?.reason?.text ?? '', /needs 99744 MiB memory/);
  const agentId = play.state.instances.get('node-0')?.reservation?.agentId ?? '';
  play.tell({ type: 'offer', offer: exampleOffer(agentId, { memoryMiB: 200_000 }) });
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-0-server', 'launch node-0']);
});

test('a place that could not be resized is as it was', () => {
  const pod = (names: readonly string[]) =>
    examplePod({
      count: 1,
      resourceSets: [exampleSet({ ports: names.map((name) => ({ name, port: 0, advertise: true })) })],
    });
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod(['client'])]) });
  play.settle();
  const before = play.state.instances.get('node-0')?.reservation;
  play.ask({ type: 'configure', config: exampleConfig([pod(['client', 'admin'])]) });
  play.settle('launch');
  const [launch] = play.open.splice(0);
  assert.ok(launch?.type === 'launch');
  play.tell({ type: 'operation', operationId: launch.operationId, ok: false, reason: 'port 31001 is taken' });
  const again = play.actions.findLast((action) => action.type === 'launch');
  assert.ok(again?.type === 'launch' && again.operationId !== launch.operationId);
  play.tell({ type: 'operation', operationId: again.operationId, ok: false, reason: 'port 31001 is taken' });
  assert.deepEqual(play.state.instances.get('node-0')?.reservation, before);
});

test('a peer that is not wanted any more is given no place by who starts with an older configuration', () => {
  const configs = [{ name: 'peers', dest: 'peers', template: '{{#peers.seed}}{{instance}}{{/peers.seed}}' }];
  const pods = (seeds: number) => [
    examplePod({ name: 'seed', count: seeds, allowDecommission: true }),
    examplePod({ count: 1, tasks: [exampleTask({ configs })] }),
  ];
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig(pods(2)) });
  play.settle();
  // The update begins with what it takes down; the node keeps the older configuration meanwhile.
  const from = play.actions.length;
  play.ask({ type: 'configure', config: exampleConfig(pods(1)) });
  play.settle();
  assert.equal(play.state.instances.has('seed-1'), false);
  const [older = ''] = play.state.configs.keys();
  const instance = play.state.instances.get('node-0');
  assert.ok(instance !== undefined);
  play.state.instances.set('node-0', { ...instance, configId: older });
  play.ask({ type: 'pod-restart', instance: 'node-0', force: true });
  play.settle();
  assert.deepEqual(play.story(from), ['kill seed-1-server', 'release seed-1', 'kill node-0-server', 'launch node-0']);
  assert.equal(play.state.instances.has('seed-1'), false);
});

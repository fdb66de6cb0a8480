/** What an operator expects of every service, each from the request to the end: behaviours of the ancestor that nothing else here says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, exampleSet, exampleTask, withPlans } from '../example.ts';
import type { NewConfig } from '../request/configure.ts';
import type { PlanSpec } from '../spec/plan.ts';

const deployed = (config: NewConfig = exampleConfig()): Play => {
  const play = new Play();
  play.ask({ type: 'configure', config });
  play.settle();
  return play;
};

const names = ['node-0', 'node-1', 'node-2'];
const idsOf = (play: Play): readonly string[] => names.map((name) => play.task(name).id);
const withCmd = (cmd: string): NewConfig => exampleConfig([examplePod({ tasks: [exampleTask({ cmd })] })]);

test('a restart makes a new task in the same place, and leaves the others alone', () => {
  const play = deployed();
  const [before, place] = [idsOf(play), play.state.instances.get('node-1')?.reservation];
  assert.equal(play.ask({ type: 'pod-restart', instance: 'node-1', force: false }).ok, true);
  play.settle();
  const after = idsOf(play);
  assert.deepEqual(
    after.map((id, at) => id === before[at]),
    [true, false, true],
  );
  assert.deepEqual(play.state.instances.get('node-1')?.reservation, place);
});

test('a replace makes everything of one instance anew, and leaves the others alone', () => {
  const play = deployed();
  const [before, place] = [idsOf(play), play.state.instances.get('node-1')?.reservation?.id];
  play.ask({ type: 'pod-replace', instance: 'node-1', force: false });
  play.settle();
  assert.deepEqual(
    idsOf(play).map((id, at) => id === before[at]),
    [true, false, true],
  );
  assert.notEqual(play.state.instances.get('node-1')?.reservation?.id, place);
});

test('a configuration that comes while an agent cannot be reached is brought there when it is back', () => {
  const play = deployed(withCmd('old'));
  const agentId = play.agentOf('node-1');
  play.agent(agentId, { state: 'down' });
  play.ask({ type: 'configure', config: withCmd('new') });
  play.settle();
  const target = play.state.service?.targetConfigId;
  assert.notEqual(play.task('node-1').configId, target);
  assert.equal(play.run('update').ended, undefined);
  play.agent(agentId, { state: 'up' });
  play.settle();
  assert.equal(play.run('update').ended?.how, 'COMPLETE');
  for (const name of names) assert.equal(play.task(name).configId, target);
});

test('a replace and at once a new configuration: the new one is everywhere', () => {
  const play = deployed(withCmd('old'));
  play.ask({ type: 'pod-replace', instance: 'node-1', force: false });
  play.ask({ type: 'configure', config: withCmd('new') });
  play.settle();
  for (const name of names) assert.equal(play.task(name).configId, play.state.service?.targetConfigId);
  assert.equal([...play.state.runs.values()].filter(({ ended }) => ended === undefined).length, 0);
});

test('a refused configuration leaves the target as it was and says why; a right one is taken', () => {
  const play = deployed();
  const [before, target] = [idsOf(play), play.state.service?.targetConfigId];
  const volumes = [{ path: 'data', type: 'ROOT', sizeMiB: 77 }] as const;
  const answer = play.ask({
    type: 'configure',
    config: exampleConfig([examplePod({ resourceSets: [exampleSet({ volumes })] })]),
  });
  assert.equal(answer.ok, false);
  assert.match(answer.message, /volume/);
  play.settle();
  assert.deepEqual([idsOf(play), play.state.service?.targetConfigId], [before, target]);
  assert.equal(play.ask({ type: 'configure', config: withCmd('new') }).ok, true);
  play.settle();
  for (const name of names) assert.equal(play.task(name).configId, play.state.service?.targetConfigId);
});

test('what was started with parameters keeps them when its pod is restarted', () => {
  const plan: PlanSpec = {
    name: 'tune',
    strategy: 'serial',
    phases: [{ name: 'node', pod: 'node', strategy: 'serial', steps: [{ kind: 'launch', tasks: ['server'] }] }],
  };
  const play = deployed(withPlans(exampleConfig([examplePod({ count: 1 })]), plan));
  play.ask({ type: 'plan-start', plan: 'tune', params: { LEVEL: '7' } });
  play.settle();
  assert.deepEqual(play.task('node-0').params, { LEVEL: '7' });
  play.ask({ type: 'pod-restart', instance: 'node-0', force: false });
  play.settle();
  assert.deepEqual(play.task('node-0').params, { LEVEL: '7' });
});

test('several plans of people run at the same time', () => {
  const call = (name: string): PlanSpec => ({
    name,
    strategy: 'serial',
    phases: [{ name, strategy: 'serial', steps: [{ kind: 'call', name, procedure: name }] }],
  });
  const play = deployed(withPlans(exampleConfig(), call('one'), call('two'), call('three')));
  const plans = ['one', 'two', 'three'];
  for (const plan of plans) play.ask({ type: 'plan-start', plan });
  for (const plan of plans) assert.equal(play.steps(plan)[0]?.status, 'STARTING', plan);
});

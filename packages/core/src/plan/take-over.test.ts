import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, exampleOffer, examplePod, exampleSet, exampleTask } from '../example.ts';
import type { PlanSpec } from '../spec/plan.ts';

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

test('an instance whose agent is gone is replaced, also in the middle of its deploy', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 2 })]) });
  const agentId = play.state.instances.get('node-0')?.reservation?.agentId ?? '';
  play.settle('launch');
  play.open.length = 0;
  play.tell({ type: 'operation', operationId: [...play.state.index.operations.keys()][0] ?? '', ok: true });
  play.tell({ type: 'offer', offer: exampleOffer(agentId, { state: 'gone' }) });
  assert.match(play.steps('deploy')[0]?.reason?.text ?? '', /\(replace\) is working on node-0/);
  play.settle();
  assert.equal(endOf(play, 'replace'), 'COMPLETE');
  assert.equal(endOf(play, 'deploy'), 'COMPLETE');
  assert.notEqual(play.state.instances.get('node-0')?.reservation?.agentId, agentId);
});

test('what is not wanted any more is taken down, whatever waits to start it', () => {
  const gates = { stop: [], replace: ['safe'], start: [] };
  const pod = (count: number) => examplePod({ allowDecommission: true, count, gates });
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod(2)]) });
  play.settle();
  const agentId = play.state.instances.get('node-1')?.reservation?.agentId ?? '';
  play.tell({ type: 'offer', offer: exampleOffer(agentId, { state: 'gone' }) });
  play.ask({ type: 'pod-restart', instance: 'node-1', force: false });
  play.settle('ask');
  assert.match(play.steps('restart')[0]?.reason?.text ?? '', /replace the pod/);
  play.ask({ type: 'configure', config: exampleConfig([pod(1)]) });
  play.settle();
  assert.deepEqual([...play.state.instances.keys()], ['node-0']);
  assert.equal(endOf(play, 'update'), 'COMPLETE');
  assert.equal(endOf(play, 'restart'), 'COMPLETE', 'there is nothing left to restart');
});

test('a replace that waited while its instance was decommissioned does not bring it back', () => {
  const pod = (count: number) => examplePod({ allowDecommission: true, count });
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod(2)]) });
  play.settle();
  play.ask({ type: 'configure', config: exampleConfig([pod(1)]) });
  play.ask({ type: 'pod-replace', instance: 'node-1', force: true });
  play.settle();
  assert.deepEqual([...play.state.instances.keys()], ['node-0']);
  assert.equal(endOf(play, 'replace'), 'COMPLETE');
});

test('a kill that an older run decided is sent again by the newer one', () => {
  const gates = { stop: ['safe'], replace: [], start: [] };
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 1, gates })]) });
  play.settle();
  play.ask({ type: 'pod-restart', instance: 'node-0', force: false });
  play.settle('kill');
  play.open.length = 0;
  play.tell({ type: 'started' });
  play.ask({ type: 'plan-cancel', plan: 'restart' });
  play.open.length = 0;
  const from = play.actions.length;
  play.ask({ type: 'pod-restart', instance: 'node-0', force: true });
  assert.deepEqual(play.story(from), ['kill node-0-server']);
  assert.ok(play.task('node-0').killing?.why.startsWith(play.run('restart').id), 'and says whose it is');
  play.settle();
  assert.equal(endOf(play, 'restart'), 'COMPLETE');
});

test('a place that is given back is not used by whoever comes next', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 1 })]) });
  play.settle();
  play.ask({ type: 'pod-replace', instance: 'node-0', force: true });
  play.settle('release');
  play.ask({ type: 'plan-cancel', plan: 'replace' });
  const from = play.actions.length;
  play.ask({ type: 'pod-restart', instance: 'node-0', force: true });
  assert.deepEqual(play.story(from), []);
  play.settle();
  assert.deepEqual(play.story(from), ['launch node-0']);
});

test('an update that may be the cure takes over from a restart that never succeeds', () => {
  const pod = (cmd: string) => examplePod({ count: 1, tasks: [exampleTask({ cmd })] });
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod('bad')]) });
  play.settle();
  play.ask({ type: 'pod-restart', instance: 'node-0', force: false });
  play.settle('launch');
  for (let failures = 0; failures < 3; failures += 1) {
    play.open.length = 0;
    play.tell({ type: 'operation', operationId: [...play.state.index.operations.keys()][0] ?? '', ok: true });
    play.status(play.task('node-0').id, 'FAILED');
  }
  assert.equal(play.steps('restart')[0]?.status, 'DELAYED');
  play.open.length = 0;
  play.ask({ type: 'configure', config: exampleConfig([pod('good')]) });
  play.wait(10_000);
  play.settle();
  assert.equal(endOf(play, 'update'), 'COMPLETE');
  assert.equal(endOf(play, 'restart'), 'COMPLETE');
  assert.equal(play.task('node-0').configId, play.state.service?.targetConfigId);
});

const bounce: PlanSpec = {
  name: 'bounce',
  strategy: 'serial',
  phases: [
    {
      name: 'bounce',
      pod: 'node',
      strategy: 'serial',
      steps: [{ kind: 'stop' }, { kind: 'launch', tasks: ['server'] }],
    },
  ],
};

test('what a plan has stopped to start it again is started by whoever has a newer wish; nobody waits for the other', () => {
  const pod = (cmd: string) => examplePod({ count: 1, tasks: [exampleTask({ cmd })] });
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod('bad')]) });
  play.settle();
  play.ask({ type: 'plan-start', plan: 'bounce', recipe: bounce });
  play.ask({ type: 'plan-start', plan: 'other', recipe: bounce });
  play.settle('launch');
  for (let failures = 0; failures < 4; failures += 1) {
    play.settle();
    play.status(play.task('node-0').id, 'FAILED');
  }
  play.ask({ type: 'configure', config: exampleConfig([pod('good')]) });
  for (let rounds = 0; rounds < 10; rounds += 1) {
    play.settle();
    play.wait(60_000);
  }
  assert.deepEqual([endOf(play, 'bounce'), endOf(play, 'other'), endOf(play, 'update')], Array(3).fill('COMPLETE'));
  assert.equal(play.task('node-0').configId, play.state.service?.targetConfigId);
});

test('what was told to end counts as ending also when nobody wants that any more', () => {
  const gates = { stop: ['safe'], replace: [], start: [] };
  const sets = [exampleSet(), exampleSet({ name: 'side', ports: [], volumes: [] })];
  const pod = (version: string) =>
    examplePod({
      count: 1,
      gates,
      resourceSets: sets,
      tasks: [
        exampleTask({ env: { VERSION: version } }),
        exampleTask({ name: 'agent', resourceSet: 'side', essential: false, env: { VERSION: version } }),
      ],
    });
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod('1')]) });
  play.settle();
  play.ask({ type: 'configure', config: exampleConfig([pod('2')]) });
  play.settle('kill');
  // The update is superseded while the tasks end, one after the other; the first is brought back.
  play.status(play.task('node-0', 'agent').id, 'KILLED');
  play.ask({ type: 'configure', config: exampleConfig([pod('1')]) });
  assert.notEqual(play.task('node-0').killing, undefined, 'a gate must not take it for one that serves');
  play.settle();
  assert.equal(play.task('node-0').state, 'RUNNING');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, exampleSet, exampleTask, withPlans } from '../example.ts';
import type { PlanSpec } from '../spec/plan.ts';

const call = (procedure: string) => ({ kind: 'call' as const, name: procedure, procedure });
const server = { kind: 'launch' as const, tasks: ['server'] };

test('a replace goes as the recipe of the spec says, for the pod it is about', () => {
  const recipe: PlanSpec = {
    name: 'replace',
    strategy: 'serial',
    phases: [
      { name: 'before', strategy: 'serial', steps: [call('announce')] },
      { name: 'node', pod: 'node', strategy: 'serial', steps: [server, call('join')] },
      { name: 'other', pod: 'other', strategy: 'serial', steps: [call('never')] },
    ],
  };
  const pods = [examplePod(), examplePod({ name: 'other', count: 1 })];
  const play = new Play();
  play.ask({ type: 'configure', config: withPlans(exampleConfig(pods), recipe) });
  play.settle();
  const from = play.actions.length;
  assert.equal(play.ask({ type: 'pod-replace', instance: 'node-1', force: false }).ok, true);
  play.settle();
  assert.deepEqual(play.story(from), [
    'call announce undefined',
    'kill node-1-server',
    'release node-1',
    'launch node-1',
    'call join node-1',
  ]);
});

test('a decommission goes as the recipe says, and always ends with the place given back', () => {
  const recipe: PlanSpec = {
    name: 'decommission',
    strategy: 'serial',
    phases: [
      { name: 'leave', pod: 'node', strategy: 'serial', steps: [call('drain'), { kind: 'stop' }, call('leave')] },
    ],
  };
  const play = new Play();
  const pods = (count: number) => [examplePod({ count, allowDecommission: true })];
  play.ask({ type: 'configure', config: withPlans(exampleConfig(pods(3)), recipe) });
  play.settle();
  const from = play.actions.length;
  play.ask({ type: 'configure', config: withPlans(exampleConfig(pods(1)), recipe) });
  play.settle();
  assert.deepEqual(
    play.story(from),
    ['node-2', 'node-1'].flatMap((name) => [
      `call drain ${name}`,
      `kill ${name}-server`,
      `call leave ${name}`,
      `release ${name}`,
    ]),
  );
  const stops = play.steps('update').flatMap(({ work }) => (work.kind === 'stop' ? [work.gates] : []));
  assert.deepEqual(
    [...new Set(stops.map((gates) => gates.join()))],
    ['stop,replace'],
    'volumes go only when that is safe',
  );
  assert.deepEqual([...play.state.instances.keys()], ['node-0']);
});

test('a procedure adds phases to the end of its run, and what the spec has not is refused in words', () => {
  const plan: PlanSpec = {
    name: 'mend',
    strategy: 'serial',
    phases: [{ name: 'look', strategy: 'serial', steps: [call('look')] }],
  };
  const play = new Play();
  play.ask({ type: 'configure', config: withPlans(exampleConfig(), plan) });
  play.settle();
  play.ask({ type: 'plan-start', plan: 'mend' });
  const [step] = play.steps('mend');
  const added = (pod: string) => [{ name: 'roll', pod, strategy: 'serial' as const, steps: [call('touch')] }];
  play.tell({ type: 'result', stepId: step?.id ?? '', result: { ok: true, value: null, phases: added('nobody') } });
  assert.match(play.steps('mend')[0]?.reason?.text ?? '', /names the pod nobody, which the spec has not/);
  play.wait(5_000);
  play.tell({ type: 'result', stepId: step?.id ?? '', result: { ok: true, value: null, phases: added('node') } });
  assert.equal(play.run('mend').phases.length, 2);
  play.open.splice(0, 2);
  play.settle();
  assert.deepEqual(play.story().slice(-3), ['call touch node-0', 'call touch node-1', 'call touch node-2']);
  assert.equal(play.run('mend').ended?.how, 'COMPLETE');
});

const sidecar: PlanSpec = {
  name: 'sidecar',
  strategy: 'serial',
  phases: [{ name: 'run', pod: 'node', strategy: 'parallel', steps: [{ kind: 'launch', index: 0, tasks: ['once'] }] }],
};
const deploy: PlanSpec = {
  name: 'deploy',
  strategy: 'serial',
  phases: [{ name: 'node', pod: 'node', strategy: 'serial', steps: [server] }],
};
const pod = examplePod({
  resourceSets: [exampleSet(), exampleSet({ name: 'side', ports: [], volumes: [] })],
  tasks: [exampleTask(), exampleTask({ name: 'once', goal: 'ONCE', resourceSet: 'side' })],
});

test('a plan with parameters gives them to what it launches, and runs finished tasks once more each time', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: withPlans(exampleConfig([pod]), deploy, sidecar) });
  play.settle();
  assert.equal(play.state.tasks.get('node-0')?.has('once'), false, 'the deploy does not name it');
  for (const value of ['1', '2']) {
    const answer = play.ask({ type: 'plan-start', plan: 'sidecar', params: { LEVEL: value } });
    assert.equal(answer.ok, true, answer.message);
    play.settle();
    const task = play.task('node-0', 'once');
    assert.deepEqual(task.params, { LEVEL: value });
    const [launch] = play.actions.findLast((action) => action.type === 'launch')?.tasks ?? [];
    assert.deepEqual(launch?.params, { LEVEL: value });
    play.status(task.id, 'FINISHED');
    assert.equal(play.run('sidecar').ended?.how, 'COMPLETE');
  }
  const refused = play.ask({ type: 'plan-start', plan: 'sidecar', params: { 'A-B': '1' } });
  assert.equal(!refused.ok && refused.code, 'param-invalid');
});

test('what another run launched meanwhile is not what this run was started for', () => {
  const first: PlanSpec = {
    name: 'ask',
    strategy: 'dependency',
    phases: [
      { name: 'door', strategy: 'serial', steps: [{ kind: 'approve', name: 'door', text: 'now?' }] },
      {
        name: 'run',
        pod: 'node',
        strategy: 'parallel',
        after: ['door'],
        steps: [{ kind: 'launch', index: 0, tasks: ['once'] }],
      },
    ],
  };
  const play = new Play();
  play.ask({ type: 'configure', config: withPlans(exampleConfig([pod]), deploy, sidecar, first) });
  play.settle();
  play.ask({ type: 'plan-start', plan: 'ask', params: { LEVEL: 'asked' } });
  play.ask({ type: 'plan-start', plan: 'sidecar' });
  play.settle();
  play.status(play.task('node-0', 'once').id, 'FINISHED');
  play.ask({ type: 'plan-approve', plan: 'ask' });
  play.settle();
  assert.deepEqual(play.task('node-0', 'once').params, { LEVEL: 'asked' });
  play.status(play.task('node-0', 'once').id, 'FINISHED');
  assert.equal(play.run('ask').ended?.how, 'COMPLETE');
});

test('a part that is switched off is stopped, is not recovered, and comes back when it is switched on', () => {
  const both: PlanSpec = {
    name: 'deploy',
    strategy: 'serial',
    phases: [{ name: 'node', pod: 'node', strategy: 'serial', steps: [server, { kind: 'launch', tasks: ['extra'] }] }],
  };
  const pods = [{ ...pod, count: 1, tasks: [exampleTask(), exampleTask({ name: 'extra', resourceSet: 'side' })] }];
  const play = new Play();
  play.ask({ type: 'configure', config: withPlans(exampleConfig(pods), both) });
  play.settle();
  let from = play.actions.length;
  play.ask({ type: 'configure', config: withPlans(exampleConfig(pods), deploy) });
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-0-extra']);
  assert.equal(play.task('node-0', 'extra').state, 'KILLED');
  from = play.actions.length;
  play.ask({ type: 'configure', config: withPlans(exampleConfig(pods), both) });
  play.settle();
  assert.deepEqual(play.story(from), ['launch node-0']);
  assert.equal(play.task('node-0', 'extra').state, 'RUNNING');
});

test('an uninstall goes as the recipe says first, and no gate holds up what it stops', () => {
  const recipe: PlanSpec = {
    name: 'uninstall',
    strategy: 'serial',
    phases: [
      { name: 'nodes', pod: 'node', strategy: 'parallel', steps: [{ kind: 'stop' }] },
      { name: 'rest', strategy: 'serial', steps: [call('clean')] },
    ],
  };
  const play = new Play();
  const pods = [examplePod({ count: 2, gates: { stop: ['safe'], replace: ['safe'], start: [] } })];
  play.ask({ type: 'configure', config: withPlans(exampleConfig(pods), recipe) });
  play.settle();
  const from = play.actions.length;
  play.ask({ type: 'uninstall' });
  play.settle();
  assert.deepEqual(play.story(from), [
    'kill node-0-server',
    'kill node-1-server',
    'call clean undefined',
    'release node-0',
    'release node-1',
  ]);
  assert.ok(!play.actions.slice(from).some(({ type }) => type === 'ask'));
});

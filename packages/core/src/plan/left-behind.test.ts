import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod } from '../example.ts';

const pod = (count: number) => examplePod({ allowDecommission: true, count });

/** node-1 is not wanted any more, and its agent cannot be reached. */
const stuck = (): Play => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod(2)]) });
  play.settle();
  play.agent(play.agentOf('node-1'), { state: 'down' });
  play.ask({ type: 'configure', config: exampleConfig([pod(1)]) });
  play.settle();
  return play;
};

test('a decommission on an agent that cannot be reached waits, and says what is there and what can be done', () => {
  const play = stuck();
  const agentId = play.agentOf('node-1');
  const [step] = play.steps('update');
  assert.equal(
    step?.reason?.text,
    `${agentId} cannot be reached, and node-1-server, the volume data of node-1 are there: bring it back, ` +
      'say that it is gone, or force-complete this step, which leaves that behind',
  );
  play.agent(agentId, { state: 'up' });
  play.settle();
  assert.deepEqual([...play.state.instances.keys()], ['node-0']);
  assert.equal(play.run('update').leftBehind, undefined);
});

test('it completes when the agent is declared gone, and says what was left there', () => {
  const play = stuck();
  const agentId = play.agentOf('node-1');
  play.agent(agentId, { state: 'gone' });
  play.settle();
  assert.equal(play.run('update').ended?.how, 'COMPLETE');
  assert.match(play.run('update').leftBehind?.join() ?? '', new RegExp(`^${agentId}: the volume data of node-1`));
  assert.deepEqual(
    [...play.state.runs.values()].filter(({ plan }) => plan === 'replace'),
    [],
    'it is not wanted',
  );
});

test('a stop that is forced to count as complete forgets the instance, and says what is left', () => {
  const play = stuck();
  const agentId = play.agentOf('node-1');
  const { id } = play.task('node-1');
  const [step] = play.steps('update');
  play.ask({ type: 'plan-force-complete', plan: 'update', phase: 'decommission-node-1', step: step?.name ?? '' });
  play.settle();
  assert.equal(play.run('update').ended?.how, 'COMPLETE');
  assert.deepEqual([...play.state.instances.keys()], ['node-0']);
  assert.match(
    play.run('update').leftBehind?.[0] ?? '',
    new RegExp(`^${agentId}: node-1-server may still run \\(${id}\\)`),
  );
  assert.match(play.run('update').leftBehind?.[1] ?? '', new RegExp(`^${agentId}: the volume data of node-1`));
});

test('when the agent is back, what was left behind there is killed and given back, also after a restart', () => {
  const play = stuck();
  const agentId = play.agentOf('node-1');
  const { id } = play.task('node-1');
  play.ask({ type: 'plan-force-complete', plan: 'update' });
  play.settle();
  play.restart();
  const from = play.actions.length;
  play.agent(agentId, { state: 'up' });
  play.status(id, 'RUNNING');
  assert.deepEqual(play.story(from).toSorted(), ['kill node-1-server', 'release node-1']);
  const release = play.open.find(({ type }) => type === 'release');
  assert.ok(release?.type === 'release');
  play.open.length = 0;
  play.tell({ type: 'operation', operationId: release.operationId, ok: false, reason: 'its task still runs' });
  play.wait(5_000);
  assert.deepEqual(play.story(from).filter((line) => line === 'release node-1').length, 2, 'it is asked again');
  play.settle();
  assert.equal(play.state.service?.owed, undefined);
});

test('an instance of that name is not placed while the older one may still run', () => {
  const play = stuck();
  const agentId = play.agentOf('node-1');
  play.ask({ type: 'plan-force-complete', plan: 'update' });
  play.settle();
  const from = play.actions.length;
  play.ask({ type: 'configure', config: exampleConfig([pod(2)]) });
  play.settle();
  assert.deepEqual(play.story(from), []);
  assert.match(
    play.steps('update')[0]?.reason?.text ?? '',
    /^an older node-1 was left behind on agent-\d and may still run there/,
  );
  play.agent(agentId, { state: 'gone' });
  play.settle();
  assert.deepEqual(play.story(from), ['launch node-1']);
});

test('an uninstall on an agent that cannot be reached is finished by force, and says what is left', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig() });
  play.settle();
  const agentId = play.agentOf('node-1');
  play.agent(agentId, { state: 'down' });
  play.ask({ type: 'uninstall' });
  play.settle();
  assert.equal(play.run('uninstall').ended, undefined);
  const open = play.steps('uninstall').find(({ status }) => status === 'PREPARED');
  assert.match(open?.reason?.text ?? '', /force-complete this step/);
  play.ask({ type: 'plan-force-complete', plan: 'uninstall', step: open?.id ?? '' });
  play.settle();
  assert.equal(play.run('uninstall').ended?.how, 'COMPLETE');
  assert.equal(play.actions.at(-1)?.type, 'forget');
  assert.equal(play.run('uninstall').leftBehind?.length, 2);
});

test('an uninstall ends by itself when the agent is gone', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig() });
  play.settle();
  play.agent(play.agentOf('node-1'), { state: 'down' });
  play.ask({ type: 'uninstall' });
  play.settle();
  play.agent(play.agentOf('node-1'), { state: 'gone' });
  play.settle();
  assert.equal(play.actions.at(-1)?.type, 'forget');
  assert.equal(play.run('uninstall').leftBehind?.length, 1);
});

test('a stop that is forced where the agent answers forgets nothing: its task ends first', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod(2)]) });
  play.settle();
  play.ask({ type: 'configure', config: exampleConfig([pod(1)]) });
  const from = play.actions.length - 1;
  const [step] = play.steps('update');
  play.ask({ type: 'plan-force-complete', plan: 'update', phase: 'decommission-node-1', step: step?.name ?? '' });
  assert.match(play.steps('update')[1]?.reason?.text ?? '', /node-1-server is still RUNNING/);
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-1-server', 'release node-1']);
  assert.equal(play.run('update').leftBehind, undefined);
});

test('what waited for an instance that was left behind has nothing to wait for', () => {
  const play = new Play();
  const gates = { stop: ['safe'], replace: [], start: [] };
  const gated = (count: number) => examplePod({ allowDecommission: true, count, gates });
  play.ask({ type: 'configure', config: exampleConfig([gated(2)]) });
  play.settle();
  const agentId = play.agentOf('node-1');
  play.tell({
    type: 'status',
    status: { taskId: play.task('node-1').id, agentId, state: 'UNREACHABLE', ready: false },
  });
  play.agent(agentId, { state: 'down' });
  assert.equal(play.run('recovery').ended, undefined);
  play.ask({ type: 'configure', config: exampleConfig([gated(1)]) });
  play.ask({ type: 'plan-force-complete', plan: 'update' });
  play.settle();
  assert.equal(play.state.instances.has('node-1'), false);
  assert.equal(play.run('recovery').ended?.how, 'COMPLETE');
});

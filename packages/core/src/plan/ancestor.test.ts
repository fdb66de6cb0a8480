/** What befell the users of the DC/OS Commons SDK, and must not befall anybody again. Issue numbers are of dcos-commons. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, exampleOffer, examplePod, exampleSet, exampleTask } from '../example.ts';
import type { NewConfig } from '../request/configure.ts';
import type { TaskState } from '../record/task.ts';
import type { PodSpec } from '../spec/pod.ts';

const deployed = (config: NewConfig = exampleConfig()): Play => {
  const play = new Play();
  play.ask({ type: 'configure', config });
  play.settle();
  return play;
};

const pod = (cmd: string, change: Partial<PodSpec> = {}): PodSpec =>
  examplePod({ tasks: [exampleTask({ cmd })], ...change });

const tell = (play: Play, name: string, state: Exclude<TaskState, 'LAUNCHING'>): void => {
  const { id, agentId } = play.task(name);
  play.tell({ type: 'status', status: { taskId: id, agentId, state, ready: state === 'RUNNING' } });
};

const replace = (play: Play, force = false) => play.ask({ type: 'pod-replace', instance: 'node-1', force });

test('#926: a replace on a dead agent says what it waits for, starts nothing twice, and goes on when the agent is declared gone', () => {
  const play = deployed();
  const agentId = play.agentOf('node-1');
  play.agent(agentId, { state: 'down' });
  const from = play.actions.length;
  assert.equal(replace(play, true).ok, true);
  play.wait(3_600_000);
  play.settle();
  assert.equal(play.story(from).includes('launch node-1'), false, 'the old one may still run');
  assert.match(
    play.steps('replace')[0]?.reason?.text ?? '',
    /node-1-server cannot be reached on agent-\d: it may still run/,
  );
  play.agent(agentId, { state: 'gone' });
  play.settle();
  assert.equal(play.run('replace').ended?.how, 'COMPLETE');
  assert.equal(play.story(from).filter((line) => line === 'launch node-1').length, 1);
});

test('#581: a deploy that a restart interrupts does not start what is being replaced a second time', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig() });
  play.settle('launch');
  const [first] = play.open.splice(0, 1);
  assert.ok(first !== undefined);
  play.perform(first);
  play.agent(play.agentOf('node-0'), { state: 'gone' });
  play.restart();
  const from = play.actions.length;
  play.settle();
  assert.equal(play.story(from).filter((line) => line === 'launch node-0').length, 1);
  for (const plan of ['replace', 'deploy']) assert.equal(play.run(plan).ended?.how, 'COMPLETE');
});

test('#747: what is replaced has a new place with new volumes, and nothing of the old one', () => {
  const play = deployed();
  const before = play.state.instances.get('node-1')?.reservation;
  replace(play);
  play.settle();
  const after = play.state.instances.get('node-1')?.reservation;
  const volumes = (held: typeof after): readonly string[] =>
    held?.sets.flatMap((set) => set.volumes.map(({ id }) => id)) ?? [];
  assert.notEqual(after?.id, before?.id);
  assert.equal(volumes(after).length, 1);
  assert.equal(
    volumes(after).some((id) => volumes(before).includes(id)),
    false,
  );
});

test('#57: a task whose jail has crashed is started again in place, with its volumes', () => {
  for (const state of ['LOST', 'FAILED', 'KILLED', 'ERROR'] as const) {
    const play = deployed();
    const before = play.state.instances.get('node-1')?.reservation;
    tell(play, 'node-1', state);
    play.settle();
    assert.equal(play.task('node-1').state, 'RUNNING', state);
    assert.deepEqual(play.state.instances.get('node-1')?.reservation, before);
  }
});

test('#841: a placement rule that was changed since does not keep an instance from being started again in place', () => {
  const play = deployed();
  const agentId = play.agentOf('node-1');
  const placement = { kind: 'is', field: 'hostname', value: agentId, not: true } as const;
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ placement })]) });
  play.settle();
  tell(play, 'node-1', 'FAILED');
  play.settle();
  assert.equal(play.task('node-1').state, 'RUNNING');
  assert.equal(play.agentOf('node-1'), agentId);
});

test('#2684: what is not ready yet when the server restarts is waited for, not restarted', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 1 })]) });
  const [launch] = play.open.splice(0, 1);
  assert.ok(launch?.type === 'launch');
  play.tell({ type: 'operation', operationId: launch.operationId, ok: true });
  const { id } = play.task('node-0');
  play.status(id, 'RUNNING', false);
  play.restart();
  play.open.length = 0;
  const from = play.actions.length;
  play.status(id, 'RUNNING', false);
  assert.match(play.steps('deploy')[0]?.reason?.text ?? '', /is not ready yet/);
  play.status(id, 'RUNNING', true);
  play.settle();
  assert.deepEqual(play.story(from), []);
  assert.equal(play.run('deploy').ended?.how, 'COMPLETE');
});

test('#3213: an uninstall gives back its own places and no others', () => {
  const play = deployed();
  const own = [...play.state.instances.values()].map(({ reservation }) => reservation?.id ?? '');
  play.ask({ type: 'uninstall' });
  play.settle();
  const released = play.actions.flatMap((action) => (action.type === 'release' ? [action.reservation.id] : []));
  assert.deepEqual(released.toSorted(), own.toSorted());
});

test('#835, #1068, #1455: a place that could not be given back is given back later, and says why it was not', () => {
  const play = deployed();
  replace(play);
  play.settle('release');
  const release = play.open.find(({ type }) => type === 'release');
  assert.ok(release?.type === 'release');
  play.open.length = 0;
  play.tell({ type: 'operation', operationId: release.operationId, ok: false, reason: 'the volume is busy' });
  assert.equal(play.steps('replace')[0]?.reason?.text, 'could not give back its place: the volume is busy');
  play.wait(5_000);
  play.settle();
  assert.equal(play.run('replace').ended?.how, 'COMPLETE');
});

test('#1032: an instance that finds no place says of each agent what is missing', () => {
  const play = new Play();
  for (const id of ['agent-1', 'agent-2']) play.tell({ type: 'offer', offer: exampleOffer(id, { memoryMiB: 10 }) });
  const placement = { kind: 'max-per', field: 'hostname', max: 1 } as const;
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ placement })]) });
  play.settle();
  const text = play.steps('deploy')[1]?.reason?.text ?? '';
  assert.match(text, /agent-0: 1 of node on hostname agent-0, at most 1 may be there/);
  assert.match(text, /agent-1: needs 256 MiB memory, 10 MiB free/);
});

test('kafka #264: a replace of a broker that is lost replaces it', () => {
  const play = deployed();
  tell(play, 'node-1', 'LOST');
  play.open.length = 0;
  const before = play.state.instances.get('node-1')?.reservation?.id;
  assert.equal(replace(play).ok, true);
  play.settle();
  assert.equal(play.run('replace').ended?.how, 'COMPLETE');
  assert.notEqual(play.state.instances.get('node-1')?.reservation?.id, before);
});

test('kafka #264: a replace of a broker that cannot be reached does not say that it is done', () => {
  const play = deployed();
  play.agent(play.agentOf('node-1'), { state: 'down' });
  assert.equal(replace(play).ok, true);
  play.settle();
  assert.equal(play.run('replace').ended, undefined);
});

test('kafka #355: an update whose broker is lost for ever goes on by itself, once that is said', () => {
  const play = deployed(exampleConfig([pod('old')]));
  const agentId = play.agentOf('node-0');
  play.agent(agentId, { state: 'down' });
  play.ask({ type: 'configure', config: exampleConfig([pod('new')]) });
  play.settle();
  assert.match(play.steps('update')[0]?.reason?.text ?? '', /cannot be reached/);
  play.agent(agentId, { state: 'gone' });
  play.settle();
  assert.equal(play.run('update').ended?.how, 'COMPLETE');
  for (const name of ['node-0', 'node-1', 'node-2'])
    assert.equal(play.task(name).configId, play.state.service?.targetConfigId);
});

test('kafka #373, #374: what was lost while nobody looked is seen at the start, and an orphan of it is ended', () => {
  const play = deployed();
  const agentId = play.agentOf('node-1');
  const { id } = play.task('node-1');
  // The machine is lost for ever while the server is away.
  play.state.offers.set(agentId, exampleOffer(agentId, { state: 'gone' }));
  play.restart();
  play.settle();
  assert.notEqual(play.agentOf('node-1'), agentId);
  assert.equal(play.task('node-1').state, 'RUNNING');
  // And it comes back after all, with the old task on it.
  const from = play.actions.length;
  play.tell({ type: 'status', status: { taskId: id, agentId, state: 'RUNNING', ready: true } });
  assert.deepEqual(play.story(from), ['kill node-1-server']);
  const last = play.actions.at(-1);
  assert.equal(last?.type === 'kill' && last.taskId, id);
});

test('kafka #374: a task that was given up as lost and shows up again is ended, not counted twice', () => {
  const play = deployed();
  const { id, agentId } = play.task('node-1');
  tell(play, 'node-1', 'LOST');
  const from = play.actions.length;
  play.tell({ type: 'status', status: { taskId: id, agentId, state: 'RUNNING', ready: true } });
  play.settle();
  assert.equal(play.story(from).filter((line) => line === 'kill node-1-server').length, 1);
  assert.notEqual(play.task('node-1').id, id);
});

test('news of an older task of the same name changes nothing', () => {
  const play = deployed();
  const { id, agentId } = play.task('node-1');
  tell(play, 'node-1', 'FAILED');
  play.settle();
  const now = play.task('node-1');
  const from = play.actions.length;
  for (const state of ['FAILED', 'LOST', 'UNREACHABLE'] as const)
    play.tell({ type: 'status', status: { taskId: id, agentId, state, ready: false } });
  assert.deepEqual(play.task('node-1'), now);
  assert.equal(
    play.story(from).some((line) => line.startsWith('launch')),
    false,
  );
});

test('what was down while the server started is recovered with its own configuration, not deployed with the target', () => {
  const play = deployed(exampleConfig([pod('old')]));
  const { configId } = play.task('node-2');
  play.ask({ type: 'configure', config: exampleConfig([pod('new')]) });
  play.ask({ type: 'plan-pause', plan: 'update' });
  play.settle();
  play.restart();
  tell(play, 'node-2', 'FAILED');
  play.settle();
  assert.equal(play.task('node-2').configId, configId);
  assert.equal(play.task('node-2').state, 'RUNNING');
});

test('an instance of which one task is lost for good and another only failed is brought back whole', () => {
  const tasks = [exampleTask(), exampleTask({ name: 'agent', resourceSet: 'side' })];
  const resourceSets = [exampleSet(), exampleSet({ name: 'side', ports: [], volumes: [] })];
  const play = deployed(exampleConfig([examplePod({ count: 2, tasks, resourceSets })]));
  const { id, agentId } = play.task('node-1', 'agent');
  tell(play, 'node-1', 'GONE');
  play.tell({ type: 'status', status: { taskId: id, agentId, state: 'FAILED', ready: false } });
  play.settle();
  play.wait(10_000);
  play.settle();
  for (const name of ['server', 'agent']) assert.equal(play.task('node-1', name).state, 'RUNNING');
});

test('a roll that a person has paused stays paused over a restart, and what was forced stays forced', () => {
  const play = deployed(exampleConfig([pod('old')]));
  play.ask({ type: 'configure', config: exampleConfig([pod('new')]) });
  play.settle('kill');
  play.ask({ type: 'plan-pause', plan: 'update' });
  play.ask({ type: 'plan-force-complete', plan: 'update', phase: 'node', step: 'node-1' });
  play.settle();
  play.restart();
  const from = play.actions.length;
  play.settle();
  play.wait(600_000);
  play.settle();
  assert.deepEqual(play.story(from), []);
  assert.deepEqual(
    play.steps('update').map(({ status }) => status),
    ['COMPLETE', 'COMPLETE', 'PENDING'],
  );
});

test('a place whose pod needs more than its agent has does not wait in silence, and nothing is stopped for it', () => {
  const play = deployed();
  const big = examplePod({ resourceSets: [exampleSet({ memoryMiB: 100_000 })] });
  const from = play.actions.length;
  play.ask({ type: 'configure', config: exampleConfig([big]) });
  play.settle();
  assert.deepEqual(play.story(from), []);
  assert.match(play.steps('update')[0]?.reason?.text ?? '', /needs .* MiB memory/);
});

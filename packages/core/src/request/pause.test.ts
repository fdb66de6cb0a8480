import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, exampleSet, exampleTask } from '../example.ts';
import type { PodSpec } from '../spec/pod.ts';

const deployed = (pod: PodSpec = examplePod()): Play => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod]) });
  play.settle();
  return play;
};

const twoTasks = (change: Partial<PodSpec> = {}): PodSpec =>
  examplePod({
    tasks: [exampleTask(), exampleTask({ name: 'agent', resourceSet: 'side', essential: false })],
    resourceSets: [exampleSet(), exampleSet({ name: 'side', ports: [], volumes: [] })],
    ...change,
  });

const pause = (play: Play, tasks: readonly string[] = [], force = false) =>
  play.ask({ type: 'pod-pause', instance: 'node-1', tasks, force });
const resume = (play: Play, tasks: readonly string[] = []) =>
  play.ask({ type: 'pod-resume', instance: 'node-1', tasks });
const reasonOf = (play: Play, plan: string, at = 0): string => play.steps(plan)[at]?.reason?.text ?? '';

test('a paused instance is stopped, keeps its place, and is not recovered', () => {
  const play = deployed();
  const before = play.state.instances.get('node-1');
  const from = play.actions.length;
  assert.equal(pause(play).ok, true);
  play.settle();
  play.wait(600_000);
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-1-server']);
  assert.equal(play.run('pause').ended?.how, 'COMPLETE');
  const after = play.state.instances.get('node-1');
  assert.deepEqual(after?.reservation, before?.reservation);
  assert.deepEqual(after?.paused, { by: 'tester', sinceMs: after?.paused?.sinceMs, tasks: [] });
  assert.equal(after?.downSinceMs, undefined, 'what is paused is not down');
});

test('a pause waits at the stop gates of its pod, unless it is forced past them', () => {
  const gates = { stop: ['safe'], replace: [], start: [] };
  const play = deployed(examplePod({ gates }));
  const from = play.actions.length;
  pause(play);
  play.open.length = 0;
  const [step] = play.steps('pause');
  const answer = { open: false, reason: 'node-2 is away' };
  play.tell({ type: 'gate', stepId: step?.id ?? '', moment: 'stop', answer });
  assert.equal(reasonOf(play, 'pause'), 'node-2 is away');
  assert.deepEqual(play.story(from), []);
  assert.equal(pause(play).ok, false, 'it does that already');
  assert.equal(pause(play, [], true).ok, true);
  play.settle('ask');
  assert.deepEqual(play.story(from), ['kill node-1-server']);
});

test('what fails while its pause waits at a gate stays down', () => {
  const gates = { stop: ['safe'], replace: [], start: [] };
  const play = deployed(examplePod({ gates }));
  pause(play);
  const from = play.actions.length;
  play.status(play.task('node-1').id, 'FAILED');
  play.settle('ask');
  assert.deepEqual(play.story(from), []);
  assert.equal(play.run('pause').ended?.how, 'COMPLETE');
});

test('an update waits at a paused instance, and so does what comes behind it, until it is resumed', () => {
  const play = deployed();
  pause(play);
  play.settle();
  const from = play.actions.length;
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ tasks: [exampleTask({ cmd: 'new' })] })]) });
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-0-server', 'launch node-0']);
  assert.match(reasonOf(play, 'update', 1), /^node-1 is paused by tester since .*: goes on when resumed$/);
  assert.equal(play.steps('update')[1]?.status, 'WAITING');
  assert.equal(resume(play).ok, true);
  play.settle();
  assert.deepEqual(play.story(from).slice(2), ['launch node-1', 'kill node-2-server', 'launch node-2']);
  assert.equal(play.task('node-1').configId, play.state.service?.targetConfigId, 'with what is wanted now');
  for (const plan of ['update', 'resume']) assert.equal(play.run(plan).ended?.how, 'COMPLETE');
});

test('a restart waits for the resume, which starts it once', () => {
  const play = deployed();
  pause(play);
  play.settle();
  const from = play.actions.length;
  play.ask({ type: 'pod-restart', instance: 'node-1', force: true });
  play.settle();
  assert.match(reasonOf(play, 'restart'), /is paused by tester/);
  assert.deepEqual(play.story(from), []);
  resume(play);
  play.settle();
  assert.deepEqual(play.story(from), ['launch node-1']);
});

test('a pause that comes in the middle of an update takes the instance over', () => {
  const play = deployed();
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ tasks: [exampleTask({ cmd: 'new' })] })]) });
  play.settle('kill');
  play.ask({ type: 'pod-pause', instance: 'node-0', tasks: [], force: false });
  const from = play.actions.length;
  play.settle();
  assert.deepEqual(play.story(from), [], 'it is down and stays so');
  assert.match(reasonOf(play, 'update'), /node-0 is paused by tester/);
  play.ask({ type: 'pod-resume', instance: 'node-0', tasks: [] });
  play.settle();
  assert.equal(play.run('update').ended?.how, 'COMPLETE');
});

test('one task can be paused while the others run, and are recovered', () => {
  const play = deployed(twoTasks());
  const from = play.actions.length;
  pause(play, ['agent']);
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-1-agent']);
  play.status(play.task('node-1').id, 'FAILED');
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-1-agent', 'launch node-1']);
  const launch = play.actions.findLast(({ type }) => type === 'launch');
  assert.deepEqual(launch?.type === 'launch' && launch.tasks.map(({ spec }) => spec.name), ['server']);
  assert.equal(pause(play, ['agent']).ok, false, 'it is paused already');
});

test('tasks are paused and resumed one by one', () => {
  const play = deployed(twoTasks());
  pause(play, ['agent']);
  pause(play);
  play.settle();
  const from = play.actions.length;
  resume(play, ['agent']);
  play.settle();
  assert.deepEqual(play.state.instances.get('node-1')?.paused?.tasks, ['server']);
  const launched = () => play.actions.slice(from).flatMap((action) => (action.type === 'launch' ? action.tasks : []));
  assert.deepEqual(
    launched().map(({ spec }) => spec.name),
    ['agent'],
  );
  resume(play, ['server']);
  play.settle();
  assert.deepEqual(
    launched().map(({ spec }) => spec.name),
    ['agent', 'server'],
  );
  assert.equal(play.state.instances.get('node-1')?.paused, undefined);
});

test('a pause holds over a restart of the server, and so does a pause that waits', () => {
  const gates = { stop: ['safe'], replace: [], start: [] };
  const play = deployed(examplePod({ gates }));
  pause(play);
  play.restart();
  const from = play.actions.length;
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-1-server']);
  play.restart();
  play.settle();
  play.wait(600_000);
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-1-server']);
  resume(play);
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-1-server', 'launch node-1']);
});

test('a kill of a pause that nobody may have heard of is sent again only after its gate was asked again', () => {
  const gates = { stop: ['safe'], replace: [], start: [] };
  const play = deployed(examplePod({ gates }));
  pause(play);
  play.settle('kill');
  play.restart();
  const from = play.actions.length;
  const [step] = play.steps('pause');
  assert.deepEqual(play.story(from), []);
  play.open.length = 0;
  const answer = { open: false, reason: 'node-2 is away' };
  play.tell({ type: 'gate', stepId: step?.id ?? '', moment: 'stop', answer });
  assert.deepEqual(play.story(from), []);
  play.wait(1_000);
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-1-server']);
  assert.equal(play.run('pause').ended?.how, 'COMPLETE');
});

test('a resume while the pause still waits leaves it running', () => {
  const gates = { stop: ['safe'], replace: [], start: [] };
  const play = deployed(examplePod({ gates }));
  pause(play);
  const from = play.actions.length;
  assert.equal(resume(play).ok, true);
  play.open.length = 0;
  play.settle();
  assert.deepEqual(play.story(from), []);
  assert.equal(play.run('pause').ended?.how, 'SUPERSEDED');
  assert.equal(play.run('resume').ended?.how, 'COMPLETE');
  assert.equal(resume(play).ok, false, 'it is not paused');
});

test('a replace goes past a pause and ends it', () => {
  const play = deployed();
  pause(play);
  play.settle();
  const from = play.actions.length;
  play.ask({ type: 'pod-replace', instance: 'node-1', force: false });
  play.settle();
  assert.deepEqual(play.story(from), ['release node-1', 'launch node-1']);
  assert.equal(play.state.instances.get('node-1')?.paused, undefined);
});

test('a pause stands in the way of no decommission and no uninstall', () => {
  const play = deployed(examplePod({ allowDecommission: true, count: 2 }));
  pause(play);
  play.settle();
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ allowDecommission: true, count: 1 })]) });
  play.settle();
  assert.deepEqual([...play.state.instances.keys()], ['node-0']);
  play.ask({ type: 'pod-pause', instance: 'node-0', tasks: [], force: false });
  play.settle();
  play.ask({ type: 'uninstall' });
  play.settle();
  assert.equal(play.actions.at(-1)?.type, 'forget');
});

test('what is not there cannot be paused, and nothing changes', () => {
  const play = deployed();
  const codeOf = (answer: ReturnType<typeof pause>): string => (answer.ok ? 'ok' : answer.code);
  assert.equal(codeOf(pause(play, ['servr'])), 'task-unknown');
  assert.equal(codeOf(play.ask({ type: 'pod-pause', instance: 'node-9', tasks: [], force: false })), 'pod-unknown');
  assert.equal(codeOf(resume(play)), 'already');
  assert.equal(play.state.instances.get('node-1')?.paused, undefined);
});

test('a task that was paused, and is not in the spec any more, keeps nobody from resuming its instance', () => {
  const play = deployed(twoTasks());
  pause(play, ['agent']);
  play.settle();
  play.ask({ type: 'configure', config: exampleConfig([examplePod()]) });
  play.settle();
  assert.notEqual(play.state.instances.get('node-1')?.paused, undefined);
  assert.equal(resume(play).ok, true);
  play.settle();
  assert.equal(play.state.instances.get('node-1')?.paused, undefined);
});

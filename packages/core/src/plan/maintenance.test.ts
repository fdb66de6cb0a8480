import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, exampleOffer, examplePod, exampleTask } from '../example.ts';
import type { PodSpec } from '../spec/pod.ts';

/** All on one agent, so that there is something to go one after the other. */
const deployed = (change: Partial<PodSpec> = {}): Play => {
  const play = new Play();
  for (const id of ['agent-1', 'agent-2']) play.tell({ type: 'offer', offer: exampleOffer(id, { cpus: 0 }) });
  play.ask({ type: 'configure', config: exampleConfig([examplePod(change)]) });
  play.settle();
  return play;
};

const kills = (play: Play, from: number): readonly string[] =>
  play.story(from).filter((line) => line.startsWith('kill'));

test('what runs on a drained agent stops one after the other, and starts again when the agent is given back', () => {
  const play = deployed();
  const { reservation } = play.state.instances.get('node-1') ?? { reservation: undefined };
  const from = play.actions.length;
  play.agent('agent-0', { maintenance: 'drained' });
  assert.deepEqual(play.story(from), ['kill node-0-server'], 'one at a time');
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-0-server', 'kill node-1-server', 'kill node-2-server']);
  assert.equal(play.run('drain').ended?.how, 'COMPLETE');
  assert.match(
    play.steps('recovery')[0]?.reason?.text ?? '',
    /^agent-0 is drained by its operator: node-\d goes on when/,
  );
  play.wait(3_600_000);
  play.settle();
  assert.equal(play.story(from).length, 3, 'nothing starts there, and nothing is replaced');
  play.agent('agent-0', {});
  play.settle();
  assert.deepEqual(play.story(from).slice(3).toSorted(), ['launch node-0', 'launch node-1', 'launch node-2']);
  assert.deepEqual(play.state.instances.get('node-1')?.reservation, reservation);
});

test('a drain goes through the stop gates', () => {
  const play = deployed({ gates: { stop: ['safe'], replace: [], start: [] } });
  const from = play.actions.length;
  play.agent('agent-0', { maintenance: 'drained' });
  play.open.length = 0;
  const [step] = play.steps('drain');
  play.tell({ type: 'gate', stepId: step?.id ?? '', moment: 'stop', answer: { open: false, reason: 'not now' } });
  assert.equal(play.steps('drain')[0]?.reason?.text, 'not now');
  assert.deepEqual(kills(play, from), []);
  play.wait(1_000);
  play.settle();
  assert.equal(kills(play, from).length, 3);
});

test('an agent that is given back before its drain is done keeps what still runs', () => {
  const play = deployed({ gates: { stop: ['safe'], replace: [], start: [] } });
  const from = play.actions.length;
  play.agent('agent-0', { maintenance: 'drained' });
  play.agent('agent-0', {});
  play.open.length = 0;
  play.settle();
  assert.deepEqual(play.story(from), []);
  assert.equal(play.run('drain').ended?.how, 'SUPERSEDED');
});

test('a drain goes on after a restart of the server, once', () => {
  const play = deployed();
  play.agent('agent-0', { maintenance: 'drained' });
  play.restart();
  play.settle();
  assert.equal([...play.state.runs.values()].filter(({ plan }) => plan === 'drain').length, 1);
  assert.equal(play.run('drain').ended?.how, 'COMPLETE');
});

test('an update waits for an instance whose agent is drained', () => {
  const play = deployed({ count: 1 });
  play.agent('agent-0', { maintenance: 'drained' });
  play.settle();
  const from = play.actions.length;
  const pod = examplePod({ count: 1, tasks: [exampleTask({ cmd: 'new' })] });
  play.ask({ type: 'configure', config: exampleConfig([pod]) });
  play.settle();
  assert.deepEqual(play.story(from), []);
  assert.match(play.steps('update')[0]?.reason?.text ?? '', /agent-0 is drained by its operator/);
  play.agent('agent-0', {});
  play.settle();
  assert.equal(play.run('update').ended?.how, 'COMPLETE');
});

test('a person can have an instance of a drained agent replaced elsewhere', () => {
  const play = deployed({ count: 1 });
  play.agent('agent-0', { maintenance: 'drained' });
  play.settle();
  play.agent('agent-1', {});
  play.ask({ type: 'pod-replace', instance: 'node-0', force: false });
  play.settle();
  assert.equal(play.agentOf('node-0'), 'agent-1');
  assert.equal(play.task('node-0').state, 'RUNNING');
});

test('a cordoned agent keeps what runs there, and what fails there is started again', () => {
  const play = deployed();
  const from = play.actions.length;
  play.agent('agent-0', { maintenance: 'cordoned' });
  play.settle();
  assert.deepEqual(play.story(from), []);
  play.status(play.task('node-1').id, 'FAILED');
  play.settle();
  assert.deepEqual(play.story(from), ['launch node-1']);
});

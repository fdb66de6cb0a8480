import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, exampleOffer, examplePod, exampleTask } from '../example.ts';
import type { NewConfig } from '../request/configure.ts';
import type { PodSpec } from '../spec/pod.ts';

const MINUTE_MS = 60_000;

const withPolicy = (pod: PodSpec = examplePod(), afterMs = 20 * MINUTE_MS, delayMs = 10 * MINUTE_MS): NewConfig => {
  const config = exampleConfig([pod]);
  return { ...config, spec: { ...config.spec, replacement: { afterMs, delayMs } } };
};

const deployed = (config: NewConfig = withPolicy()): Play => {
  const play = new Play();
  play.ask({ type: 'configure', config });
  play.settle();
  return play;
};

/** It fails as soon as it runs, each time that it is started, for so long. */
function crash(play: Play, names: readonly string[], forMs: number): void {
  const untilMs = play.nowMs + forMs;
  for (;;) {
    for (const name of names) {
      const task = play.state.tasks.get(name)?.get('server');
      if (task?.state === 'RUNNING') play.status(task.id, 'FAILED');
    }
    play.settle();
    if (play.nowMs > untilMs) return;
    play.wait(10_000);
  }
}

const replaces = (play: Play): readonly string[] =>
  [...play.state.runs.values()].filter(({ plan }) => plan === 'replace').map(({ phases }) => phases[0]?.name ?? '');

test('what fails again and again is replaced after the time of the policy, and not before', () => {
  const play = deployed();
  crash(play, ['node-1'], 19 * MINUTE_MS);
  assert.deepEqual(replaces(play), []);
  crash(play, ['node-1'], 2 * MINUTE_MS);
  assert.deepEqual(replaces(play), ['node-1']);
  const { cause } = play.run('replace');
  assert.equal(cause.by, 'warder');
  assert.match(cause.text, /^node-1 is down since .*, longer than the 1200 s after which the spec has it replaced$/);
  play.wait(5 * MINUTE_MS);
  play.settle();
  play.wait(MINUTE_MS);
  assert.equal(play.run('replace').ended?.how, 'COMPLETE');
  assert.equal(play.state.instances.get('node-1')?.downSinceMs, undefined);
});

test('without a policy nothing is replaced, however long it is down', () => {
  const play = deployed(exampleConfig());
  crash(play, ['node-1'], 120 * MINUTE_MS);
  assert.deepEqual(replaces(play), []);
});

test('what is back for a minute is well: the time begins again', () => {
  const play = deployed();
  crash(play, ['node-1'], 10 * MINUTE_MS);
  play.wait(5 * MINUTE_MS);
  play.settle();
  play.wait(2 * MINUTE_MS);
  const { downSinceMs, backoff } = play.state.instances.get('node-1') ?? {};
  assert.deepEqual([downSinceMs, backoff], [undefined, undefined]);
  crash(play, ['node-1'], 15 * MINUTE_MS);
  assert.deepEqual(replaces(play), []);
});

test('a restart of the server does not begin the time of the policy again', () => {
  const play = deployed();
  crash(play, ['node-1'], 15 * MINUTE_MS);
  play.restart();
  crash(play, ['node-1'], 6 * MINUTE_MS);
  assert.deepEqual(replaces(play), ['node-1']);
});

test('the policy wakes at its time, though nothing else happens', () => {
  const play = deployed();
  play.settle();
  play.status(play.task('node-1').id, 'FAILED');
  play.settle('launch');
  play.wait(19 * MINUTE_MS);
  assert.deepEqual(replaces(play), []);
  const next = play.state.index.wakes.at('instance:node-1') ?? 0;
  assert.equal(next, (play.state.instances.get('node-1')?.downSinceMs ?? 0) + 20 * MINUTE_MS);
  play.wait(next - play.nowMs);
  assert.deepEqual(replaces(play), ['node-1']);
});

test('two are never replaced within the delay, also over a restart of the server', () => {
  const play = deployed();
  const names = ['node-0', 'node-2'];
  crash(play, names, 21 * MINUTE_MS);
  assert.equal(replaces(play).length, 1);
  const [first = ''] = replaces(play);
  play.restart();
  crash(
    play,
    names.filter((name) => name !== first),
    8 * MINUTE_MS,
  );
  assert.equal(replaces(play).length, 1);
  crash(
    play,
    names.filter((name) => name !== first),
    3 * MINUTE_MS,
  );
  assert.deepEqual(replaces(play).toSorted(), names);
});

test('they are replaced one at a time: the second when the first is done', () => {
  const gates = { stop: [], replace: ['safe'], start: [] };
  const play = deployed(withPolicy(examplePod({ gates }), 20 * MINUTE_MS, 0));
  for (const name of ['node-0', 'node-2']) play.status(play.task(name).id, 'FAILED');
  play.settle('launch', 'ask');
  play.wait(21 * MINUTE_MS);
  play.settle('launch', 'ask');
  assert.deepEqual(replaces(play), ['node-0']);
  play.settle('launch');
  assert.deepEqual(replaces(play), ['node-0']);
  play.settle();
  assert.deepEqual(replaces(play), ['node-0'], 'node-2 came back with it');
});

test('a replace by the policy waits at the replace gates of the pod', () => {
  const gates = { stop: [], replace: ['safe'], start: [] };
  const play = deployed(withPolicy(examplePod({ gates })));
  play.status(play.task('node-1').id, 'FAILED');
  play.settle('launch');
  play.wait(21 * MINUTE_MS);
  const from = play.actions.length;
  play.open.length = 0;
  const [step] = play.steps('replace');
  const answer = { open: false, reason: 'the only copy of t-0 is on node-1' };
  play.tell({ type: 'gate', stepId: step?.id ?? '', moment: 'replace', answer });
  assert.equal(play.steps('replace')[0]?.reason?.text, 'the only copy of t-0 is on node-1');
  assert.deepEqual(play.story(from), []);
});

test('what an update does not bring up is not replaced: its run is at it', () => {
  const play = deployed();
  const bad = examplePod({ tasks: [exampleTask({ cmd: 'bad' })] });
  play.ask({ type: 'configure', config: withPolicy(bad) });
  play.settle('launch');
  for (let rounds = 0; rounds < 100; rounds += 1) {
    for (const action of play.open.splice(0)) {
      if (action.type !== 'launch') continue;
      play.tell({ type: 'operation', operationId: action.operationId, ok: true });
      for (const { taskId } of action.tasks) play.status(taskId, 'FAILED');
    }
    play.wait(MINUTE_MS);
  }
  assert.deepEqual(replaces(play), []);
  assert.equal(play.steps('update')[0]?.status, 'DELAYED');
});

test('a person who cancels such a replace does not get it again for the same trouble', () => {
  const gates = { stop: [], replace: ['safe'], start: [] };
  const play = deployed(withPolicy(examplePod({ gates })));
  play.status(play.task('node-1').id, 'FAILED');
  play.settle('launch');
  play.wait(21 * MINUTE_MS);
  play.ask({ type: 'plan-cancel', plan: 'replace' });
  for (let rounds = 0; rounds < 5; rounds += 1) play.wait(20 * MINUTE_MS);
  assert.deepEqual(replaces(play), ['node-1']);
});

test('an agent that cannot be reached is never fenced by time alone', () => {
  const play = deployed();
  const agentId = play.agentOf('node-1');
  play.agent(agentId, { state: 'down' });
  for (let rounds = 0; rounds < 5; rounds += 1) play.wait(30 * MINUTE_MS);
  assert.deepEqual(replaces(play), []);
  const { text = '' } = play.steps('recovery')[0]?.reason ?? {};
  assert.match(
    text,
    /^agent-\d cannot be reached since .*, and node-1 may still run there: bring it back, or say that it is gone/,
  );
  const from = play.actions.length;
  play.agent(agentId, { state: 'up' });
  play.settle();
  assert.deepEqual(play.story(from), [], 'what still runs is taken up');
  assert.equal(play.run('recovery').ended?.how, 'COMPLETE');
});

test('what was lost while nobody could reach it gets its time to be brought back in place', () => {
  const play = deployed();
  const agentId = play.agentOf('node-1');
  play.agent(agentId, { state: 'down' });
  play.wait(60 * MINUTE_MS);
  const { id } = play.task('node-1');
  play.tell({ type: 'offer', offer: exampleOffer(agentId) });
  play.tell({ type: 'status', status: { taskId: id, agentId, state: 'LOST', ready: false } });
  play.settle();
  assert.deepEqual(replaces(play), []);
  assert.equal(play.run('recovery').ended?.how, 'COMPLETE');
});

test('what was on an agent that is gone for ever is replaced, with or without a policy', () => {
  const play = deployed(exampleConfig());
  const agentId = play.agentOf('node-1');
  play.agent(agentId, { state: 'gone' });
  play.settle();
  assert.deepEqual(replaces(play), ['node-1']);
  assert.match(play.run('replace').cause.text, /^agent-\d, where node-1 had its place, is gone for ever$/);
  assert.equal(play.run('replace').ended?.how, 'COMPLETE');
  assert.notEqual(play.agentOf('node-1'), agentId);
  assert.match(play.run('replace').leftBehind?.join() ?? '', /^agent-\d: the volume data of node-1 \(100 MiB, of /);
});

test('an agent that is declared gone while it cannot be reached ends what was there', () => {
  const play = deployed();
  const agentId = play.agentOf('node-1');
  play.agent(agentId, { state: 'down' });
  play.wait(MINUTE_MS);
  play.agent(agentId, { state: 'gone' });
  play.settle();
  assert.equal(play.run('replace').ended?.how, 'COMPLETE');
  assert.notEqual(play.agentOf('node-1'), agentId);
});

test('a new place that is lost as well is replaced by yet another', () => {
  const play = deployed(exampleConfig([examplePod({ count: 1 })]));
  const first = play.agentOf('node-0');
  play.agent(first, { state: 'gone' });
  play.settle('launch');
  const second = play.agentOf('node-0');
  play.agent(second, { state: 'gone' });
  play.settle();
  assert.equal(new Set([first, second, play.agentOf('node-0')]).size, 3);
  assert.equal(play.run('replace').ended?.how, 'COMPLETE');
});

test('a paused instance whose agent is gone waits for its resume, and is replaced then', () => {
  const play = deployed(exampleConfig());
  play.ask({ type: 'pod-pause', instance: 'node-1', tasks: [], force: false });
  play.settle();
  play.agent(play.agentOf('node-1'), { state: 'gone' });
  play.settle();
  assert.deepEqual(replaces(play), []);
  play.ask({ type: 'pod-resume', instance: 'node-1', tasks: [] });
  play.settle();
  assert.deepEqual(replaces(play), ['node-1']);
  assert.equal(play.task('node-1').state, 'RUNNING');
});

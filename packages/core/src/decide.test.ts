import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, exampleSet, exampleTask } from './example.ts';
import { restore } from './restore.ts';

const deployed = (pod = examplePod()): Play => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod]) });
  play.settle();
  return play;
};

const ended = (play: Play, plan: string): unknown =>
  [...play.state.runs.values()].findLast((run) => run.plan === plan)?.ended?.how;

test('deploy launches one instance after the other and completes', () => {
  const play = new Play();
  const answer = play.ask({ type: 'configure', config: exampleConfig() });
  assert.equal(answer.ok, true);
  assert.deepEqual(play.story(), ['launch node-0'], 'the second waits for the first');
  play.settle();
  assert.deepEqual(play.story(), ['launch node-0', 'launch node-1', 'launch node-2']);
  assert.equal(ended(play, 'deploy'), 'COMPLETE');
  const agents = new Set(
    ['node-0', 'node-1', 'node-2'].map((name) => play.state.instances.get(name)?.reservation?.agentId),
  );
  assert.equal(agents.size, 3, 'instances are spread over the agents');
});

test('an update restarts only what differs, in order, with the field as the reason', () => {
  const play = deployed();
  const from = play.actions.length;
  play.ask({
    type: 'configure',
    config: exampleConfig([examplePod({ tasks: [exampleTask({ cmd: 'serve --fast' })] })]),
  });
  play.settle();
  assert.deepEqual(
    play.story(from),
    ['node-0', 'node-1', 'node-2'].flatMap((name) => [`kill ${name}-server`, `launch ${name}`]),
  );
  assert.equal(ended(play, 'update'), 'COMPLETE');
  assert.deepEqual(play.steps('update')[0]?.diff, [
    { path: 'pods.node.tasks.server.cmd', from: 'serve', to: 'serve --fast' },
  ]);
});

test('an update that changes nothing restarts nothing', () => {
  const play = deployed();
  const from = play.actions.length;
  play.ask({ type: 'configure', config: exampleConfig([examplePod()]) });
  play.settle();
  assert.deepEqual(play.story(from), []);
  assert.equal(ended(play, 'update'), 'COMPLETE');
});

test('live values are changed by a call and restart nothing', () => {
  const withLive = (values: Record<string, string>) =>
    examplePod({ tasks: [exampleTask({ live: { procedure: 'apply', values } })] });
  const play = deployed(withLive({ a: '1', b: '1' }));
  const from = play.actions.length;
  play.ask({ type: 'configure', config: exampleConfig([withLive({ a: '2' })]) });
  play.settle();
  assert.deepEqual(play.story(from), ['call apply node-0', 'call apply node-1', 'call apply node-2']);
  const [call] = play.actions.filter((action) => action.type === 'call');
  assert.deepEqual(call?.type === 'call' && call.args, { set: { a: '2' }, unset: ['b'] });
  assert.equal(ended(play, 'update'), 'COMPLETE');
});

test('live values are not brought to who has gone since', () => {
  const withLive = (a: string, count = 3) =>
    examplePod({
      count,
      allowDecommission: true,
      tasks: [exampleTask({ live: { procedure: 'apply', values: { a } } })],
    });
  const play = deployed(withLive('1'));
  play.ask({ type: 'configure', config: exampleConfig([withLive('2')]) });
  play.settle();
  const brought = [...play.state.runs.values()].find(({ plan }) => plan === 'update');
  play.ask({ type: 'configure', config: exampleConfig([withLive('2', 2)]) });
  play.settle();
  const from = play.actions.length;
  play.ask({ type: 'plan-restart', plan: brought?.id ?? '' });
  play.settle();
  const calls = play.story(from).filter((action) => action.startsWith('call'));
  assert.deepEqual(calls, ['call apply node-0', 'call apply node-1']);
  assert.equal(ended(play, 'update'), 'COMPLETE');
});

test('a task that fails is started again in place, with its volumes, its ports and its own configuration', () => {
  const play = deployed();
  const before = play.state.instances.get('node-1')?.reservation;
  const from = play.actions.length;
  play.status(play.task('node-1').id, 'FAILED');
  play.settle();
  assert.deepEqual(play.story(from), ['launch node-1']);
  assert.deepEqual(play.state.instances.get('node-1')?.reservation, before);
  assert.equal(ended(play, 'recovery'), 'COMPLETE');
});

test('a task that fails again and again is started ever more slowly', () => {
  const play = deployed();
  play.status(play.task('node-1').id, 'FAILED');
  play.settle();
  play.status(play.task('node-1').id, 'FAILED');
  play.settle();
  assert.equal(play.steps('recovery')[0]?.status, 'DELAYED');
  play.wait(1_000);
  play.settle();
  assert.equal(ended(play, 'recovery'), 'COMPLETE');
});

test('a closed gate holds a restart back, says why, and is asked again', () => {
  const play = deployed(examplePod({ gates: { stop: ['safe'], replace: [], start: [] } }));
  const from = play.actions.length;
  play.ask({ type: 'pod-restart', instance: 'node-0', force: false });
  const [step] = play.steps('restart');
  assert.ok(step !== undefined);
  play.open.length = 0;
  play.tell({ type: 'gate', stepId: step.id, moment: 'stop', answer: { open: false, reason: 'node-1 is away' } });
  assert.equal(play.steps('restart')[0]?.status, 'WAITING');
  assert.equal(play.steps('restart')[0]?.reason?.text, 'node-1 is away');
  assert.deepEqual(play.story(from), []);
  play.wait(1_000);
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-0-server', 'launch node-0']);
});

test('a restart that waits at its gates can be asked for again, past them', () => {
  const play = deployed(examplePod({ gates: { stop: ['safe'], replace: [], start: [] } }));
  const from = play.actions.length;
  play.ask({ type: 'pod-restart', instance: 'node-0', force: false });
  assert.equal(play.ask({ type: 'pod-restart', instance: 'node-0', force: false }).ok, false, 'it does that already');
  assert.equal(play.ask({ type: 'pod-restart', instance: 'node-0', force: true }).ok, true);
  play.settle('ask');
  assert.deepEqual(play.story(from), ['kill node-0-server', 'launch node-0']);
});

test('what gates protect is stopped one at a time, whatever run it is in', () => {
  const play = deployed(examplePod({ gates: { stop: ['safe'], replace: [], start: [] } }));
  const from = play.actions.length;
  play.ask({ type: 'pod-restart', instance: 'node-0', force: false });
  play.ask({ type: 'pod-restart', instance: 'node-1', force: false });
  play.settle('launch');
  assert.deepEqual(play.story(from), ['kill node-0-server', 'launch node-0']);
  assert.match(play.steps('restart')[0]?.reason?.text ?? '', /one at a time/);
  play.wait(1_000);
  play.settle('launch');
  assert.equal(play.story(from).length, 2, 'node-0 is not back yet');
  play.settle();
  play.wait(1_000);
  play.settle();
  assert.deepEqual(play.story(from).slice(2), ['kill node-1-server', 'launch node-1']);
});

test('a gate that defers lets the others of its phase go first', () => {
  const play = deployed(examplePod({ gates: { stop: ['last'], replace: [], start: [] } }));
  const from = play.actions.length;
  play.ask({ type: 'plan-restart', plan: 'deploy' });
  for (let rounds = 0; rounds < 20; rounds += 1) {
    play.settle('ask');
    play.wait(1_000);
    const at = play.open.findIndex(({ type }) => type === 'ask');
    const [asked] = at === -1 ? [] : play.open.splice(at, 1);
    if (asked?.type !== 'ask') break;
    const defer = asked.instance === 'node-0' && asked.pending.length > 0;
    const answer = { open: !defer, reason: defer ? 'it leads' : 'fine', ...(defer ? { defer } : {}) };
    play.tell({ type: 'gate', stepId: asked.stepId, moment: asked.moment, answer });
  }
  assert.deepEqual(
    play.story(from).filter((line) => line.startsWith('launch')),
    ['launch node-1', 'launch node-2', 'launch node-0'],
  );
});

test('a replace is fenced: stop, give back, and only then start anew', () => {
  const play = deployed();
  const before = play.state.instances.get('node-1')?.reservation;
  const from = play.actions.length;
  play.ask({ type: 'pod-replace', instance: 'node-1', force: false });
  assert.deepEqual(play.story(from), ['kill node-1-server'], 'nothing is given back while it may run');
  play.settle('release');
  assert.deepEqual(
    play.story(from),
    ['kill node-1-server', 'release node-1'],
    'nothing starts before it is given back',
  );
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-1-server', 'release node-1', 'launch node-1']);
  const after = play.state.instances.get('node-1')?.reservation;
  assert.notEqual(after?.id, before?.id);
  assert.deepEqual(after?.sets[0]?.ports, before?.sets[0]?.ports, 'its peers find it at the same port');
});

test('a paused run begins nothing new and finishes what it has begun', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig() });
  assert.equal(play.ask({ type: 'plan-pause', plan: 'deploy' }).ok, true);
  play.settle();
  assert.deepEqual(play.story(), ['launch node-0']);
  assert.equal(play.ask({ type: 'plan-resume', plan: 'deploy' }).ok, true);
  play.settle();
  assert.equal(ended(play, 'deploy'), 'COMPLETE');
});

test('a newer configuration takes over in the middle of a roll', () => {
  const play = deployed();
  const pod = (cmd: string) => examplePod({ tasks: [exampleTask({ cmd })] });
  play.ask({ type: 'configure', config: exampleConfig([pod('two')]) });
  play.ask({ type: 'configure', config: exampleConfig([pod('three')]) });
  play.settle();
  for (const name of ['node-0', 'node-1', 'node-2']) {
    assert.equal(play.task(name).configId, play.state.service?.targetConfigId);
  }
  assert.deepEqual(
    [...play.state.runs.values()].filter(({ plan }) => plan === 'update').map((run) => run.ended?.how),
    ['SUPERSEDED', 'COMPLETE'],
  );
});

test('a dry run that does not hold any more is refused and changes nothing', () => {
  const play = deployed();
  const runs = play.state.runs.size;
  const answer = play.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 4 })]), hash: 'other' });
  assert.equal(answer.ok === false && answer.code, 'plan-stale');
  assert.equal(play.state.runs.size, runs);
});

test('what would lose data is refused', () => {
  const play = deployed();
  const answer = play.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 2 })]) });
  assert.equal(answer.ok === false && answer.code, 'config-refused');
});

test('shrinking where it is allowed stops and gives back the highest first', () => {
  const play = deployed(examplePod({ allowDecommission: true }));
  const from = play.actions.length;
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ allowDecommission: true, count: 1 })]) });
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-2-server', 'release node-2', 'kill node-1-server', 'release node-1']);
  assert.deepEqual([...play.state.instances.keys()], ['node-0']);
});

test('uninstall stops everything, gives everything back, and then asks to be forgotten', () => {
  const play = deployed();
  play.ask({ type: 'uninstall' });
  play.settle();
  assert.equal(play.state.instances.size, 0);
  assert.equal(play.state.tasks.size, 0);
  assert.equal(play.actions.at(-1)?.type, 'forget');
  assert.equal(play.ask({ type: 'pod-restart', instance: 'node-0', force: false }).ok, false);
});

test('peers have their places before the first of them starts', () => {
  const template = '{{#peers.node}}{{index}}@{{address}}:{{ports.client}}{{^last}},{{/last}}{{/peers.node}}';
  const server = exampleTask({ configs: [{ name: 'conf', dest: 'conf', template }] });
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ tasks: [server] })]) });
  const places = play.actions.flatMap((action) => (action.type === 'launch' ? [action.tasks.length] : []));
  assert.deepEqual(places, [0, 0, 0], 'three places, nothing started');
  play.settle();
  const started = play.actions.flatMap((action) => (action.type === 'launch' ? action.tasks : []));
  assert.equal(started.length, 3);
  for (const task of started)
    assert.deepEqual(
      task.peers['node']?.map(({ index }) => index),
      [0, 1, 2],
    );
});

test('tasks that share resources run one after the other', () => {
  const tasks = [exampleTask({ name: 'prepare', goal: 'ONCE' }), exampleTask()];
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 1, tasks })]) });
  play.settle();
  const launched = () =>
    play.actions.flatMap((action) => (action.type === 'launch' ? action.tasks : [])).map(({ spec }) => spec.name);
  assert.deepEqual(launched(), ['prepare']);
  play.status(play.task('node-0', 'prepare').id, 'FINISHED');
  play.settle();
  assert.deepEqual(launched(), ['prepare', 'server']);
  assert.equal(ended(play, 'deploy'), 'COMPLETE');
});

test('a launch that finds no capacity looks for another place', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig() });
  const [launch] = play.open.splice(0, 1);
  assert.ok(launch?.type === 'launch');
  play.tell({ type: 'operation', operationId: launch.operationId, ok: false, reason: 'port 31000 is in use' });
  assert.equal(play.state.instances.get('node-0')?.reservation !== undefined, true, 'it tried again at once');
  play.settle();
  assert.equal(ended(play, 'deploy'), 'COMPLETE');
});

test('unplaced steps say why, and go on when an offer fits', () => {
  const play = new Play();
  const big = examplePod({ count: 1, resourceSets: [exampleSet({ memoryMiB: 100_000 })] });
  play.ask({ type: 'configure', config: exampleConfig([big]) });
  assert.match(play.steps('deploy')[0]?.reason?.text ?? '', /needs 100000 MiB memory/);
  const offer = play.state.offers.get('agent-0');
  assert.ok(offer !== undefined);
  play.tell({ type: 'offer', offer: { ...offer, memoryMiB: 200_000 } });
  play.settle();
  assert.equal(ended(play, 'deploy'), 'COMPLETE');
});

test('what is restored from the records is what was there, and goes on from there', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig() });
  const { state } = play;
  const records = [
    { path: 'service', value: state.service },
    ...[...state.configs].map(([id, value]) => ({ path: `config/${id}`, value })),
    ...[...state.instances].map(([id, value]) => ({ path: `instance/${id}`, value })),
    ...[...state.tasks.values()].flatMap((tasks) =>
      [...tasks.values()].map((value) => ({ path: `task/${value.instance}/${value.name}`, value })),
    ),
    ...[...state.runs].map(([id, value]) => ({ path: `run/${id}`, value })),
    ...[...state.steps].map(([id, value]) => ({ path: `step/${id}`, value })),
  ];
  const again = restore(structuredClone(records));
  assert.deepEqual([...again.index.owner], [...state.index.owner]);
  assert.deepEqual([...again.index.progress.keys()], [...state.index.progress.keys()]);
  assert.deepEqual([...again.index.activeRuns], [...state.index.activeRuns]);
});

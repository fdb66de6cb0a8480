import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, exampleSet, exampleTask } from '../example.ts';

test('what a shrunk first deploy had begun is taken down again', () => {
  const pod = (count: number) => examplePod({ allowDecommission: true, count });
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod(3)]) });
  while (!play.state.instances.has('node-2')) for (const action of play.open.splice(0)) play.perform(action);
  play.ask({ type: 'configure', config: exampleConfig([pod(1)]) });
  play.settle();
  assert.deepEqual([...play.state.instances.keys()], ['node-0']);
});

test('tasks that a superseded update left behind are brought along by the next one', () => {
  const sets = [exampleSet(), exampleSet({ name: 'side', ports: [], volumes: [] })];
  const pod = (version: string) =>
    examplePod({
      count: 1,
      resourceSets: sets,
      tasks: ['server', 'agent'].map((name, at) =>
        exampleTask({ name, resourceSet: at === 0 ? 'main' : 'side', env: { VERSION: version } }),
      ),
    });
  const phases = [
    {
      name: 'all',
      pod: 'node',
      strategy: 'serial' as const,
      steps: [
        { kind: 'launch' as const, tasks: ['server'] },
        { kind: 'launch' as const, tasks: ['agent'] },
      ],
    },
  ];
  const config = (version: string) => {
    const base = exampleConfig([pod(version)], { version });
    return { ...base, spec: { ...base.spec, plans: [{ name: 'deploy', strategy: 'serial' as const, phases }] } };
  };
  const play = new Play();
  play.ask({ type: 'configure', config: config('1') });
  play.settle();
  play.ask({ type: 'configure', config: config('2') });
  // The server is launched with 2, the agent not yet.
  for (const action of play.open.splice(0)) play.perform(action);
  const launch = play.open.find(({ type }) => type === 'launch');
  assert.ok(launch?.type === 'launch');
  play.ask({ type: 'configure', config: config('2') });
  play.settle();
  for (const name of ['server', 'agent']) {
    const launched = play.actions.flatMap((action) => (action.type === 'launch' ? action.tasks : []));
    const last = launched.findLast(({ spec }) => spec.name === name);
    assert.equal(last?.spec.env['VERSION'], '2', name);
  }
});

test('a live value that was perhaps set is set back', () => {
  const withLive = (speed: string) =>
    exampleConfig([
      examplePod({ count: 1, tasks: [exampleTask({ live: { procedure: 'apply', values: { speed } } })] }),
    ]);
  const play = new Play();
  play.ask({ type: 'configure', config: withLive('1') });
  play.settle();
  play.ask({ type: 'configure', config: withLive('2') });
  const from = play.actions.length;
  // The call to set 2 was handed out, and nobody knows what became of it.
  play.open.length = 0;
  play.ask({ type: 'configure', config: withLive('1') });
  play.settle();
  const calls = play.actions.slice(from).filter((action) => action.type === 'call');
  assert.deepEqual(
    calls.map((call) => call.type === 'call' && call.args),
    [{ set: { speed: '1' }, unset: [] }],
  );
});

test('live values are not brought to what the same configuration takes down', () => {
  const pod = (count: number, speed: string) =>
    examplePod({
      count,
      allowDecommission: true,
      tasks: [exampleTask({ live: { procedure: 'apply', values: { speed } } })],
    });
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod(2, '1')]) });
  play.settle();
  const from = play.actions.length;
  play.ask({ type: 'configure', config: exampleConfig([pod(1, '2')]) });
  play.settle();
  assert.deepEqual(play.story(from), ['call apply node-0', 'kill node-1-server', 'release node-1']);
});

test('what the files of a restart said is not forgotten while a call is still due', () => {
  const pod = (version: string, values: Record<string, string>) =>
    exampleConfig([
      examplePod({
        count: 1,
        tasks: [exampleTask({ env: { VERSION: version }, live: { procedure: 'apply', values } })],
      }),
    ]);
  const play = new Play();
  play.ask({ type: 'configure', config: pod('1', { speed: '1' }) });
  play.settle();
  // Restarted with files that do not say the speed; no call brings that about, and none brings it back yet.
  play.ask({ type: 'configure', config: pod('2', {}) });
  play.settle('call');
  play.ask({ type: 'configure', config: pod('2', { speed: '1' }) });
  play.open.length = 0;
  const from = play.actions.length;
  play.ask({ type: 'configure', config: pod('2', { speed: '1' }) });
  play.settle();
  assert.deepEqual(play.story(from), ['call apply node-0']);
});

test('what was to be taken down and is wanted again is brought the live values that it has missed', () => {
  const pod = (count: number, speed: string) =>
    examplePod({
      count,
      allowDecommission: true,
      tasks: [exampleTask({ live: { procedure: 'apply', values: { speed } } })],
    });
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod(2, '1')]) });
  play.settle();
  play.ask({ type: 'configure', config: exampleConfig([pod(1, '2')]) });
  play.open.length = 0;
  const from = play.actions.length;
  play.ask({ type: 'configure', config: exampleConfig([pod(2, '2')]) });
  play.settle();
  assert.ok(play.story(from).includes('call apply node-1'), play.story(from).join());
});

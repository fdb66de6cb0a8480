import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, exampleTask } from '../example.ts';

test('a serial phase that is restarted in the middle goes on with what has begun before anything else', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig() });
  for (const action of play.open.splice(0)) play.perform(action);
  assert.equal(play.steps('deploy')[1]?.status, 'STARTING');
  const from = play.actions.length;
  assert.equal(play.ask({ type: 'plan-restart', plan: 'deploy' }).ok, true);
  assert.deepEqual(play.story(from), ['kill node-1-server'], 'node-0 stays up meanwhile');
  play.settle();
  assert.deepEqual(
    play.story(from).filter((line) => line.startsWith('launch')),
    ['launch node-1', 'launch node-0', 'launch node-2'],
  );
  assert.ok(play.steps('deploy').every(({ status }) => status === 'COMPLETE'));
});

test('in a parallel phase the steps of one instance come one after the other', () => {
  const tasks = [exampleTask({ name: 'prepare', goal: 'ONCE' }), exampleTask()];
  const phases = [
    {
      name: 'all',
      pod: 'node',
      strategy: 'parallel' as const,
      steps: [
        { kind: 'launch' as const, tasks: ['prepare'] },
        { kind: 'launch' as const, tasks: ['server'] },
      ],
    },
  ];
  const config = exampleConfig([examplePod({ count: 2, tasks })]);
  const plans = [{ name: 'deploy', strategy: 'serial' as const, phases }];
  const play = new Play();
  play.ask({ type: 'configure', config: { ...config, spec: { ...config.spec, plans } } });
  play.settle();
  const launched = () =>
    play.actions.flatMap((action) => (action.type === 'launch' ? action.tasks : [])).map(({ spec }) => spec.name);
  assert.deepEqual(launched(), ['prepare', 'prepare']);
  play.status(play.task('node-1', 'prepare').id, 'FINISHED');
  play.settle();
  assert.deepEqual(launched(), ['prepare', 'prepare', 'server']);
});

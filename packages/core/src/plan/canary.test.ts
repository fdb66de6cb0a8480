import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, exampleSet, exampleTask, withPlans } from '../example.ts';
import type { PhaseStrategy } from '../spec/plan.ts';

const canary = (strategy: PhaseStrategy, name = 'node') => ({ name, pod: 'node', strategy });

const play = (...phases: readonly ReturnType<typeof canary>[]): Play => {
  const played = new Play();
  const config = withPlans(exampleConfig(), { name: 'deploy', strategy: 'serial', phases });
  assert.equal(played.ask({ type: 'configure', config }).ok, true);
  played.settle();
  return played;
};

const launched = (played: Play): readonly string[] => played.story().filter((line) => line.startsWith('launch'));

test('a canary phase begins nothing until a person resumes it, then one step, and then the rest', () => {
  for (const strategy of ['serial-canary', 'parallel-canary'] as const) {
    const played = play(canary(strategy));
    assert.deepEqual(launched(played), []);
    const [first] = played.steps('deploy');
    assert.equal(first?.status, 'WAITING');
    assert.match(first?.reason?.text ?? '', /the canary waits for a person to resume the phase node/);

    assert.equal(played.ask({ type: 'plan-resume', plan: 'deploy', phase: 'node' }).ok, true);
    played.settle();
    assert.deepEqual(launched(played), ['launch node-0']);
    const [, second] = played.steps('deploy');
    assert.match(second?.reason?.text ?? '', /the rest, now that the canary is done, waits for a person/);

    assert.equal(played.ask({ type: 'plan-resume', plan: 'deploy', phase: 'node' }).ok, true);
    played.settle();
    assert.deepEqual(launched(played), ['launch node-0', 'launch node-1', 'launch node-2']);
    assert.equal(played.run('deploy').ended?.how, 'COMPLETE');
  }
});

test('after the canary a serial phase goes one by one and a parallel one all at once', () => {
  for (const [strategy, open] of [
    ['serial-canary', ['launch node-1']],
    ['parallel-canary', ['launch node-1', 'launch node-2']],
  ] as const) {
    const played = play(canary(strategy));
    for (let times = 0; times < 2; times += 1) {
      played.ask({ type: 'plan-resume', plan: 'deploy', phase: 'node' });
      if (times === 0) played.settle();
    }
    assert.deepEqual(launched(played).slice(1), open);
  }
});

test('to resume the plan without a phase lets no canary go, and says which phase to name', () => {
  const played = play(canary('serial-canary'));
  const answer = played.ask({ type: 'plan-resume', plan: 'deploy' });
  assert.equal(answer.ok, false);
  assert.match(answer.message, /naming its phase: node/);
  played.settle();
  assert.deepEqual(launched(played), []);
});

test('a later canary phase that is resumed early is ready, and goes when its turn comes', () => {
  const played = play(canary('serial', 'first'), canary('serial-canary', 'second'));
  assert.equal(played.run('deploy').ended?.how, undefined);
  const fresh = new Play();
  const phases = [canary('serial-canary', 'first'), canary('serial-canary', 'second')];
  fresh.ask({ type: 'configure', config: withPlans(exampleConfig(), { name: 'deploy', strategy: 'serial', phases }) });
  fresh.ask({ type: 'plan-resume', plan: 'deploy', phase: 'second' });
  fresh.settle();
  assert.deepEqual(launched(fresh), [], 'the first phase has not gone');
});

test('the canary of an update is asked for again, and steps with nothing to do are no canary', () => {
  const played = play(canary('serial-canary'));
  for (let times = 0; times < 2; times += 1) {
    played.ask({ type: 'plan-resume', plan: 'deploy', phase: 'node' });
    played.settle();
  }
  const before = played.actions.length;
  assert.equal(played.ask({ type: 'plan-start', plan: 'deploy' }).ok, true);
  played.ask({ type: 'plan-resume', plan: 'deploy', phase: 'node' });
  played.settle();
  assert.equal(played.run('deploy').ended?.how, 'COMPLETE', 'there was nothing to do in any of its steps');
  assert.deepEqual(played.story(before), []);
});

test('the canary is a whole instance, with all its steps', () => {
  const steps = ['first', 'second'].map((name) => ({ kind: 'launch' as const, tasks: [name] }));
  const sets = ['first', 'second'].map((name) => exampleSet({ name, ports: [], volumes: [] }));
  const tasks = ['first', 'second'].map((name) => exampleTask({ name, resourceSet: name }));
  const pod = examplePod({ count: 2, resourceSets: sets, tasks });
  for (const strategy of ['serial-canary', 'parallel-canary'] as const) {
    const played = new Play();
    const phases = [{ name: 'node', pod: 'node', strategy, steps }];
    played.ask({
      type: 'configure',
      config: withPlans(exampleConfig([pod]), { name: 'deploy', strategy: 'serial', phases }),
    });
    played.ask({ type: 'plan-resume', plan: 'deploy', phase: 'node' });
    played.settle();
    assert.deepEqual(launched(played), ['launch node-0', 'launch node-0']);
    played.ask({ type: 'plan-resume', plan: 'deploy', phase: 'node' });
    played.settle();
    assert.equal(played.run('deploy').ended?.how, 'COMPLETE');
  }
});

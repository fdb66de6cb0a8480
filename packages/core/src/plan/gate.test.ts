import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, withPlans } from '../example.ts';
import type { PhaseStrategy } from '../spec/plan.ts';

/** Each instance wants those that are named to go before it. */
const wishes: Readonly<Record<string, readonly string[]>> = { 'node-0': ['node-1'], 'node-1': ['node-2'] };

/** A roll of all, whose gates defer as long as one is pending that is to go first. Returns how often each was asked. */
function roll(play: Play, seconds: number): ReadonlyMap<string, number> {
  const asks = new Map<string, number>();
  for (let second = 0; second < seconds; second += 1) {
    play.settle('ask');
    for (const asked of play.open.splice(0)) {
      if (asked.type !== 'ask') throw new Error(`${asked.type} is left`);
      asks.set(asked.instance, (asks.get(asked.instance) ?? 0) + 1);
      const defer = wishes[asked.instance]?.some((first) => asked.pending.includes(first)) === true;
      const answer = { open: !defer, reason: defer ? 'it leads' : 'fine', ...(defer ? { defer } : {}) };
      play.tell({ type: 'gate', stepId: asked.stepId, moment: asked.moment, answer });
      play.settle('ask');
    }
    play.wait(1_000);
  }
  return asks;
}

const deployed = (strategy: PhaseStrategy): Play => {
  const play = new Play();
  const pod = examplePod({ gates: { stop: ['last'], replace: [], start: [] } });
  const phases = [{ name: 'node', pod: 'node', strategy }];
  const config = withPlans(exampleConfig([pod]), { name: 'deploy', strategy: 'serial', phases });
  play.ask({ type: 'configure', config });
  play.settle();
  return play;
};

test('what has let others go first lets them go again, also when nobody is left who has not', () => {
  const play = deployed('serial');
  const from = play.actions.length;
  play.ask({ type: 'plan-restart', plan: 'deploy' });
  roll(play, 20);
  assert.deepEqual(
    play.story(from).filter((line) => line.startsWith('launch')),
    ['launch node-2', 'launch node-1', 'launch node-0'],
  );
});

test('a gate that defers is asked once a second, whatever the strategy', () => {
  for (const strategy of ['serial', 'parallel'] as const) {
    const play = deployed(strategy);
    play.ask({ type: 'plan-restart', plan: 'deploy' });
    for (const [instance, times] of roll(play, 20)) assert.ok(times <= 20, `${instance} was asked ${times} times`);
  }
});

test('an answer that an instance has gone before is not believed: the gate is asked again', () => {
  const play = deployed('serial');
  play.ask({ type: 'plan-restart', plan: 'deploy', phase: 'node', step: 'node-0:[server]' });
  play.settle('ask');
  const asks = (): readonly string[] => play.open.flatMap((each) => (each.type === 'ask' ? [each.instance] : []));
  assert.deepEqual(asks(), ['node-0']);
  const [first] = play.open.splice(0);
  const from = play.actions.length;
  play.status(play.state.tasks.get('node-1')?.get('server')?.id ?? '', 'FAILED');
  play.settle('ask');
  if (first !== undefined) play.perform(first);
  assert.deepEqual(asks(), ['node-0'], 'its gate is asked again');
  assert.deepEqual(
    play.story(from).filter((line) => line.startsWith('kill')),
    [],
  );
  play.settle();
  assert.equal(play.story(from).filter((line) => line.startsWith('kill')).length, 1);
});

test('what goes where no gate protects it changes no answer', () => {
  const play = new Play();
  const guarded = examplePod({ gates: { stop: ['last'], replace: [], start: [] } });
  play.ask({ type: 'configure', config: exampleConfig([guarded, examplePod({ name: 'other', count: 1 })]) });
  play.settle();
  play.ask({ type: 'pod-restart', instance: 'node-0', force: false });
  play.settle('ask');
  const [first] = play.open.splice(0);
  const from = play.actions.length;
  play.status(play.state.tasks.get('other-0')?.get('server')?.id ?? '', 'FAILED');
  play.settle('ask');
  if (first !== undefined) play.perform(first);
  assert.equal(play.story(from).filter((line) => line.startsWith('kill')).length, 1);
});

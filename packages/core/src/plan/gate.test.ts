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

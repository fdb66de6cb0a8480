/** Steps whose gates let the others of their phase go first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action } from '../action.ts';
import { Play, exampleConfig, examplePod, exampleTask } from '../example.ts';
import type { GateAnswer } from '../event.ts';

type Ask = Extract<Action, { type: 'ask' }>;

const gates = { stop: ['safe'], replace: [], start: [] };

const config = (value: string) =>
  exampleConfig([examplePod({ count: 3, gates, tasks: [exampleTask({ env: { A: value } })] })], { a: value });

/** Answers for so long, a second after the other; in which order the instances were restarted. */
function restarted(answerOf: (ask: Ask) => GateAnswer): readonly string[] {
  const play = new Play();
  play.ask({ type: 'configure', config: config('1') });
  play.settle();
  play.ask({ type: 'configure', config: config('2') });
  const from = play.actions.length;
  for (let second = 0; second < 60; second += 1) {
    for (;;) {
      const action = play.open.shift();
      if (action === undefined) break;
      if (action.type !== 'ask') play.perform(action);
      else play.tell({ type: 'gate', stepId: action.stepId, moment: action.moment, answer: answerOf(action) });
    }
    play.wait(1_000);
  }
  return play.story(from).flatMap((line) => (line.startsWith('launch ') ? [line.slice('launch '.length)] : []));
}

const open = { open: true, reason: 'fine' };
const defer = (reason: string): GateAnswer => ({ open: false, reason, defer: true });

test('one that goes last and one that waits for a third: the third may end the turn of neither', () => {
  const order = restarted(({ instance, pending }) => {
    if (instance === 'node-0' && pending.length > 0) return defer('it leads, and goes last');
    if (instance === 'node-1' && pending.includes('node-2')) return defer('node-2 is away');
    return open;
  });
  assert.deepEqual(order, ['node-2', 'node-1', 'node-0']);
});

test('one that lets the others go first again and again is asked again, and so are they', () => {
  let asks = 0;
  const order = restarted(({ instance }) => {
    asks += 1;
    return instance === 'node-0' || asks > 20 ? open : defer('not yet');
  });
  assert.deepEqual(order.toSorted(), ['node-0', 'node-1', 'node-2']);
});

test('those that all wait for each other wait quietly', () => {
  let asks = 0;
  const order = restarted(() => {
    asks += 1;
    return defer('after you');
  });
  assert.deepEqual(order, []);
  assert.ok(asks <= 3 * 60, `${asks} in a minute`);
});

test('one that let the others go first and has ended meanwhile starts before all of them', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: config('1') });
  play.settle();
  play.ask({ type: 'configure', config: config('2') });
  const from = play.actions.length;
  for (let second = 0; second < 10; second += 1) {
    if (second === 5) play.status(play.task('node-0').id, 'FAILED');
    for (let action = play.open.shift(); action !== undefined; action = play.open.shift()) {
      if (action.type !== 'ask') play.perform(action);
      else {
        const answer = action.instance === 'node-0' ? defer('it leads') : { open: false, reason: 'nobody leads' };
        play.tell({ type: 'gate', stepId: action.stepId, moment: action.moment, answer });
      }
    }
    play.wait(1_000);
  }
  assert.deepEqual(
    play.story(from).filter((line) => line.startsWith('launch ')),
    ['launch node-0'],
  );
  assert.equal(play.task('node-0').configId, play.state.service?.targetConfigId);
});

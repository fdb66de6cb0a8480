import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Play, exampleConfig, examplePod, withPlans } from '../example.ts';
import type { PhaseSpec } from '../spec/plan.ts';

const pods = ['a', 'b', 'c', 'd', 'e'];

const config = (after: Readonly<Record<string, readonly string[]>>) => {
  const phases = pods.map((pod): PhaseSpec => ({ name: pod, pod, strategy: 'serial', after: after[pod] ?? [] }));
  const specs = pods.map((name) => examplePod({ name, count: 1 }));
  return withPlans(exampleConfig(specs), { name: 'deploy', strategy: 'dependency', phases });
};

test('phases of a dependency plan go as soon as what they come after is complete', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: config({ c: ['a', 'b'], d: ['c'] }) });
  assert.deepEqual(play.story(), ['launch a-0', 'launch b-0', 'launch e-0']);
  play.settle();
  assert.deepEqual(play.story().slice(3), ['launch c-0', 'launch d-0']);
  assert.equal(play.run('deploy').ended?.how, 'COMPLETE');
});

test('a phase that is started again waits for what has begun after it', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: config({ b: ['a'], c: ['b'], d: ['c'], e: ['d'] }) });
  const [first] = play.open.splice(0);
  if (first !== undefined) play.perform(first);
  assert.equal(play.steps('deploy')[1]?.status, 'STARTING');
  play.ask({ type: 'plan-restart', plan: 'deploy', phase: 'a' });
  assert.deepEqual(play.story(), ['launch a-0', 'launch b-0'], 'b is at work, and a came before it');
  play.settle();
  assert.equal(play.run('deploy').ended?.how, 'COMPLETE');
});

/** Every phase may come after phases before it in the list: whatever is drawn, there is no circle. */
const graph = fc
  .tuple(...pods.map((_, at) => fc.subarray(pods.slice(0, at))))
  .map((lists) => Object.fromEntries(pods.map((pod, at) => [pod, lists[at] ?? []])));

test('law: no phase begins before everything that it comes after is complete, and all of them complete', () => {
  fc.assert(
    fc.property(graph, (after) => {
      const play = new Play();
      play.ask({ type: 'configure', config: config(after) });
      play.settle();
      const order = play.story().map((line) => line.replace('launch ', '').replace('-0', ''));
      for (const [pod, names] of Object.entries(after)) {
        for (const name of names)
          assert.ok(order.indexOf(name) < order.indexOf(pod), `${name} before ${pod}: ${order.join(' ')}`);
      }
      assert.deepEqual(order.toSorted(), pods);
      assert.equal(play.run('deploy').ended?.how, 'COMPLETE');
    }),
    { numRuns: 200 },
  );
});

/** What mends an instance must not wait for what would go first, whose gates wait for that very instance. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusals } from '../change/validate.ts';
import { exampleConfig, examplePod, exampleSet, exampleTask, Play, withPlans } from '../example.ts';
import type { NewConfig } from '../request/configure.ts';
import type { PlanSpec } from '../spec/plan.ts';

const gates = { stop: ['safe'], replace: ['safe'], start: [] };
const pair = (version: string, sidecar: boolean, count = 2): NewConfig =>
  exampleConfig([
    examplePod({
      count,
      allowDecommission: true,
      gates,
      resourceSets: [exampleSet(), exampleSet({ name: 'side', ports: [], volumes: [] })],
      tasks: [
        exampleTask({ env: { VERSION: version } }),
        ...(sidecar ? [exampleTask({ name: 'sidecar', essential: false, resourceSet: 'side' })] : []),
      ],
    }),
  ]);

/** Deployed; then node-0 has failed, and the gates are closed for whoever else is to stop. */
function brokenPair(): Play {
  const play = new Play();
  play.ask({ type: 'configure', config: pair('1', true) });
  play.settle();
  play.status(play.task('node-0').id, 'FAILED');
  play.settle('launch');
  return play;
}

/** Gates say yes only to node-0, until it has the new configuration. */
function settleGated(play: Play): void {
  for (let rounds = 0; rounds < 20; rounds += 1) {
    play.settle('ask');
    for (const action of play.open.splice(0)) {
      if (action.type !== 'ask') continue;
      const mended = play.task('node-0').configId === play.state.service?.targetConfigId;
      const open = action.instance === 'node-0' || mended;
      const answer = { open, reason: open ? 'fine' : 'node-0 is behind' };
      play.tell({ type: 'gate', stepId: action.stepId, moment: action.moment, answer });
    }
    play.wait(1_000);
  }
}

test('a part that was switched off holds up no roll', () => {
  const play = brokenPair();
  play.ask({ type: 'configure', config: pair('2', false) });
  settleGated(play);
  assert.equal(play.run('update').ended?.how, 'COMPLETE');
  assert.equal(play.task('node-1', 'sidecar').state, 'KILLED');
});

test('an instance that is not wanted and broken goes when its gates allow, and holds up no roll', () => {
  const play = brokenPair();
  play.status(play.task('node-1').id, 'FAILED');
  play.settle('launch');
  play.ask({ type: 'configure', config: pair('2', true, 1) });
  settleGated(play);
  assert.equal(play.run('update').ended?.how, 'COMPLETE');
  assert.equal(play.state.instances.has('node-1'), false);
});

test('the instance whose number is retired goes, and nobody else has anything to do with it', () => {
  const nodes = (count: number, ...retired: readonly number[]): NewConfig =>
    exampleConfig([examplePod({ count, retired, allowDecommission: true })], { retired });
  const play = new Play();
  play.ask({ type: 'configure', config: nodes(3) });
  play.settle();
  const from = play.actions.length;
  play.ask({ type: 'configure', config: nodes(2, 1) });
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-1-server', 'release node-1']);
  assert.deepEqual([...play.state.instances.keys()], ['node-0', 'node-2']);
  // One more does not take the place of what is gone.
  play.ask({ type: 'configure', config: nodes(3, 1) });
  play.settle();
  assert.deepEqual(play.story(from).slice(2), ['launch node-3']);
  play.status(play.task('node-3').id, 'FAILED');
  play.wait(60_000);
  play.settle();
  assert.equal(play.task('node-3').state, 'RUNNING', 'it is recovered as any other');
  // The same count with the old number again is another instance.
  play.ask({ type: 'configure', config: nodes(3) });
  play.settle();
  assert.deepEqual([...play.state.instances.keys()].toSorted(), ['node-0', 'node-1', 'node-2']);
});

test('steps of a plan are for the instances that there are', () => {
  const pod = examplePod({ count: 2, retired: [0] });
  const steps = [{ kind: 'stop' as const, index: 0 }];
  const plan: PlanSpec = {
    name: 'stop',
    strategy: 'serial',
    phases: [{ name: 'a', pod: 'node', strategy: 'serial', steps }],
  };
  const wrong = refusals(undefined, withPlans(exampleConfig([pod]), plan).spec);
  assert.match(wrong.join(), /phase a names node-0, which the spec has not/);
  const play = new Play();
  const all: PlanSpec = {
    ...plan,
    phases: [{ name: 'a', pod: 'node', strategy: 'serial', steps: [{ kind: 'stop' }] }],
  };
  play.ask({ type: 'configure', config: withPlans(exampleConfig([pod]), all) });
  play.settle();
  play.ask({ type: 'plan-start', plan: 'stop' });
  assert.deepEqual(
    play.steps('stop').map(({ name }) => name),
    ['stop-node-1', 'stop-node-2'],
  );
});

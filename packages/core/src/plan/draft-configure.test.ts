/** What mends an instance must not wait for what would go first, whose gates wait for that very instance. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleConfig, examplePod, exampleSet, exampleTask, Play } from '../example.ts';
import type { NewConfig } from '../request/configure.ts';

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

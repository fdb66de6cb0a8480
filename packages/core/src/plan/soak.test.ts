import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleConfig, examplePod, Play, withPlans } from '../example.ts';

const SOAK_MS = 20_000;
const deploy = {
  name: 'deploy',
  strategy: 'serial',
  phases: [{ name: 'node', pod: 'node', strategy: 'serial', soakMs: SOAK_MS }],
} as const;

test('a launch that soaks is complete when all has been good for so long', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: withPlans(exampleConfig([examplePod({ count: 1 })]), deploy) });
  play.settle();
  play.wait(SOAK_MS - 5_000);
  assert.equal(play.steps('deploy')[0]?.status, 'STARTED');
  play.wait(10_000);
  assert.equal(play.steps('deploy')[0]?.status, 'COMPLETE');
});

test('what another run has replaced while it soaked soaks anew', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: withPlans(exampleConfig([examplePod({ count: 1 })]), deploy) });
  play.settle();
  play.wait(SOAK_MS - 5_000);
  play.ask({ type: 'pod-replace', instance: 'node-0', force: true });
  play.settle();
  assert.equal(play.run('replace').ended?.how, 'COMPLETE');
  play.wait(10_000);
  assert.notEqual(play.steps('deploy')[0]?.status, 'COMPLETE');
  play.wait(SOAK_MS);
  assert.equal(play.steps('deploy')[0]?.status, 'COMPLETE');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleConfig, examplePod, exampleTask, Play } from '../example.ts';
import type { NewConfig } from '../request/configure.ts';

const version = (text: string): NewConfig =>
  exampleConfig([
    examplePod({
      count: 2,
      gates: { stop: ['safe'], replace: [], start: [] },
      tasks: [exampleTask({ env: { VERSION: text } })],
    }),
  ]);

test('a configuration that a step is to launch is kept, also where its run began with another one', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: version('1') });
  play.settle();
  play.ask({ type: 'pod-restart', instance: 'node-1', force: false });
  const [step] = play.steps('restart');
  assert.ok(step?.work.kind === 'launch');
  play.ask({ type: 'configure', config: version('2') });
  const configId = play.state.service?.targetConfigId ?? '';
  // As it does when its instance has got a newer configuration while the step waited.
  play.state.steps.set(step.id, { ...step, work: { ...step.work, configId } });
  for (let at = 3; at < 40; at += 1) play.ask({ type: 'configure', config: version(String(at)) });
  assert.equal(play.state.configs.size, 20);
  assert.ok(play.state.configs.has(configId));
});

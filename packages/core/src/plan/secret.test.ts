import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preview } from '../request/preview.ts';
import { Play, exampleConfig, examplePod, exampleTask } from '../example.ts';

const pod = (...paths: readonly string[]) =>
  examplePod({ count: 1, secrets: paths.map((secret) => ({ name: secret, secret })) });
const reason = (play: Play, plan: string) => {
  const { status, reason: why } = play.steps(plan)[0] ?? {};
  return `${status}: ${why?.text}`;
};

test('a launch waits for the secrets that are missing, and goes by itself once they are there', () => {
  const play = new Play();
  play.tell({ type: 'secrets', paths: ['a'] });
  play.ask({ type: 'configure', config: exampleConfig([pod('a', 'b', 'c')]) });
  play.settle();
  assert.deepEqual(play.story(), []);
  assert.equal(
    reason(play, 'deploy'),
    'WAITING: the secrets b, c are missing: warder secret put b; warder secret put c',
  );
  play.tell({ type: 'secrets', paths: ['a', 'b'] });
  assert.equal(reason(play, 'deploy'), 'WAITING: the secret c is missing: warder secret put c');
  play.tell({ type: 'secrets', paths: ['a', 'b', 'c'] });
  play.settle();
  assert.deepEqual(play.story(), ['launch node-0']);
  assert.equal(play.steps('deploy')[0]?.status, 'COMPLETE');
});

test('what runs is not stopped for an update, a restart or a replace that lacks a secret', () => {
  const play = new Play();
  play.tell({ type: 'secrets', paths: ['a'] });
  play.ask({ type: 'configure', config: exampleConfig([pod('a')]) });
  play.settle();
  const from = play.actions.length;
  play.ask({ type: 'configure', config: exampleConfig([pod('a', 'b')]) });
  play.settle();
  assert.equal(reason(play, 'update'), 'WAITING: the secret b is missing: warder secret put b');
  play.tell({ type: 'secrets', paths: [] });
  play.ask({ type: 'pod-replace', instance: 'node-0', force: true });
  play.settle();
  assert.equal(reason(play, 'replace'), 'WAITING: the secret a is missing: warder secret put a');
  assert.deepEqual(play.story(from), []);
  play.tell({ type: 'secrets', paths: ['a', 'b'] });
  play.settle();
  assert.ok(play.story(from).includes('launch node-0'));
});

test('a secret that goes while its instance is being stopped is waited for; its task is not launched without it', () => {
  const play = new Play();
  play.tell({ type: 'secrets', paths: ['a'] });
  play.ask({ type: 'configure', config: exampleConfig([pod('a')]) });
  play.settle();
  play.ask({ type: 'pod-restart', instance: 'node-0', force: false });
  const from = play.actions.length;
  play.tell({ type: 'secrets', paths: [] });
  play.settle();
  assert.deepEqual(play.story(from), []);
  assert.equal(reason(play, 'restart'), 'PREPARED: the secret a is missing: warder secret put a');
  play.tell({ type: 'secrets', paths: ['a'] });
  play.settle();
  assert.deepEqual(play.story(from), ['launch node-0']);
});

test('nothing is missed before it was said what there is, nor by pods that name no secret', () => {
  const untold = new Play();
  untold.ask({ type: 'configure', config: exampleConfig([pod('a')]) });
  untold.settle();
  assert.deepEqual(untold.story(), ['launch node-0']);
  const told = new Play();
  told.tell({ type: 'secrets', paths: [] });
  told.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 1, tasks: [exampleTask()] })]) });
  told.settle();
  assert.deepEqual(told.story(), ['launch node-0']);
});

test('whoever makes a configuration the target is told which of its secrets are missing', () => {
  const play = new Play();
  play.tell({ type: 'secrets', paths: [] });
  const config = exampleConfig([pod('a')]);
  const seen = preview(play.state, 'tester', { type: 'configure', config }, play.nowMs);
  const lack = 'the secret a is missing: warder secret put a';
  assert.deepEqual('warnings' in seen ? seen.warnings : seen, [lack]);
  const answer = play.ask({ type: 'configure', config });
  assert.deepEqual(answer.ok && answer.message, `deploy of example has begun; ${lack}`);
});

test('a secret that the service may never read refuses the configuration, the first one too', () => {
  const play = new Play();
  const answer = play.ask({ type: 'configure', config: exampleConfig([pod('other/a', 'example/b', '/c')]) });
  assert.deepEqual(answer.ok ? answer : [answer.code, answer.detail], [
    'config-refused',
    [
      'example may not read the secret other/a: it is for other and services below it; put it elsewhere',
      '/c cannot be the path of a secret: each part of it is of letters, digits, _, . and -, and begins with a letter, a digit or _',
    ],
  ]);
  assert.equal(play.state.configs.size, 0);
});

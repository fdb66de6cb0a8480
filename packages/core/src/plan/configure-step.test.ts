import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, exampleTask } from '../example.ts';
import type { NewConfig } from '../request/configure.ts';
import { preview } from '../request/preview.ts';
import type { PlanSpec, StepSpec } from '../spec/plan.ts';
import { stagesOf } from './stages.ts';

const env = (value: string): NewConfig =>
  exampleConfig([examplePod({ count: 2, tasks: [exampleTask({ env: { A: value } })] })], { a: value });

const stage = (value: string, oneWay?: string): StepSpec => ({
  kind: 'configure',
  name: `to-${value}`,
  config: env(value),
  ...(oneWay === undefined ? {} : { oneWay }),
});

const upgrade = (...steps: readonly StepSpec[]): PlanSpec => ({
  name: 'upgrade',
  strategy: 'serial',
  phases: [{ name: 'stages', strategy: 'serial', steps }],
});

const begun = (...steps: readonly StepSpec[]): Play => {
  const play = new Play();
  play.ask({ type: 'configure', config: env('1') });
  play.settle();
  const answer = play.ask({ type: 'plan-start', plan: 'upgrade', recipe: upgrade(...steps) });
  assert.equal(answer.ok, true, answer.message);
  return play;
};

const running = (play: Play): readonly unknown[] =>
  ['node-0', 'node-1'].map((name) => play.state.configs.get(play.task(name).configId)?.options['a']);

const target = (play: Play): unknown => play.state.configs.get(play.state.service?.targetConfigId ?? '')?.options['a'];

test('a plan goes through several configurations, each brought by an update of its own', () => {
  const play = begun(stage('2'), { kind: 'approve', name: 'door', text: 'for good?' }, stage('3'));
  play.settle();
  assert.deepEqual(running(play), ['2', '2'], 'the second stage waits');
  assert.equal(play.run('update').ended?.how, 'COMPLETE');
  assert.match(play.run('update').cause.text, /^upgrade run-\d+, to-2: 1 option changed$/);
  play.ask({ type: 'plan-approve', plan: 'upgrade' });
  play.settle();
  assert.deepEqual(running(play), ['3', '3']);
  assert.equal(play.run('upgrade').ended?.how, 'COMPLETE');
});

test('nobody else changes the configuration meanwhile', () => {
  const play = begun(stage('2'), stage('3'));
  for (const request of [
    { type: 'configure' as const, config: env('9') },
    { type: 'config-rollback' as const, configId: 'config-1' },
  ]) {
    const answer = play.ask(request);
    assert.equal(!answer.ok && answer.code, 'run-active');
  }
  play.settle();
  assert.equal(play.ask({ type: 'configure', config: env('9') }).ok, true);
});

test('rolled back in the middle, it goes back to where it began; its stage ends with it', () => {
  const play = begun(stage('2'), stage('3'));
  const [first] = play.open.splice(0, 1);
  if (first !== undefined) play.perform(first);
  const answer = play.ask({ type: 'plan-rollback', plan: 'upgrade' });
  assert.equal(answer.ok, true, answer.message);
  assert.equal(play.run('upgrade').ended?.how, 'ROLLED_BACK');
  play.settle();
  assert.equal(target(play), '1');
  assert.deepEqual(running(play), ['1', '1']);
});

test('where one update does not get there, the way back is a plan of its own', () => {
  const play = begun(stage('2'), stage('3'));
  const [first] = play.open.splice(0, 1);
  if (first !== undefined) play.perform(first);
  const recipe = { ...upgrade(stage('9'), stage('1')), name: 'back' };
  const other = play.ask({ type: 'plan-start', plan: 'back', recipe });
  assert.equal(!other.ok && other.code, 'run-active', 'beside a run in stages there is no other');
  const answer = play.ask({ type: 'plan-rollback', plan: 'upgrade', recipe });
  assert.equal(answer.ok, true, answer.message);
  assert.equal(play.run('upgrade').ended?.how, 'ROLLED_BACK');
  assert.match(play.run('back').cause.text, /rolls run-\d+ back/);
  play.settle();
  assert.equal(play.run('back').ended?.how, 'COMPLETE');
  assert.deepEqual(running(play), ['1', '1']);
});

test('nor is there a way back of its own once a stage is for good', () => {
  const play = begun(stage('2', 'the format is new'), stage('3'));
  const recipe = { ...upgrade(stage('1')), name: 'back' };
  const answer = play.ask({ type: 'plan-rollback', plan: 'upgrade', recipe });
  assert.equal(!answer.ok && answer.code, 'no-way-back');
  assert.equal(play.run('upgrade').ended, undefined);
});

test('a stage that is for good has no way back once it has begun', () => {
  const play = begun(stage('2'), { kind: 'approve', name: 'door', text: 'for good?' }, stage('3', 'the format is new'));
  play.settle();
  play.ask({ type: 'plan-approve', plan: 'upgrade' });
  const answer = play.ask({ type: 'plan-rollback', plan: 'upgrade' });
  assert.equal(!answer.ok && answer.code, 'no-way-back');
  assert.match(answer.message, /the format is new/);
});

test('a stage that is done is not done again over what has come since', () => {
  const play = begun(stage('2'), { kind: 'approve', name: 'door', text: 'well?' });
  play.settle();
  assert.equal(play.ask({ type: 'plan-restart', plan: 'upgrade' }).ok, true, 'nothing has come since');
  play.settle();
  assert.equal(play.ask({ type: 'configure', config: env('9') }).ok, true, 'there are no more stages');
  play.settle();
  const all = play.ask({ type: 'plan-restart', plan: 'upgrade' });
  assert.equal(!all.ok && all.code, 'config-changed');
  assert.match(all.message, /to-2 of run-\d+ is done, and config-\d+ has come since/);
  assert.equal(play.ask({ type: 'plan-restart', plan: 'upgrade', step: 'door' }).ok, true);
  play.ask({ type: 'plan-approve', plan: 'upgrade' });
  play.settle();
  assert.equal(play.run('upgrade').ended?.how, 'COMPLETE');
  const ended = play.ask({ type: 'plan-restart', plan: 'upgrade' });
  assert.equal(!ended.ok && ended.code, 'config-changed');
  assert.equal(target(play), '9');
});

test('a pause and a cancellation reach the stage that it has come to', () => {
  const play = begun(stage('2'));
  play.ask({ type: 'plan-pause', plan: 'upgrade' });
  assert.notEqual(play.run('update').paused, undefined);
  play.ask({ type: 'plan-resume', plan: 'upgrade' });
  assert.equal(play.run('update').paused, undefined);
  play.ask({ type: 'plan-cancel', plan: 'upgrade' });
  assert.equal(play.run('update').ended?.how, 'CANCELLED');
});

test('a stage that was cancelled by itself stops the plan, which begins it again when a person says so', () => {
  const play = begun(stage('2'));
  play.ask({ type: 'plan-cancel', plan: 'update' });
  const [step] = play.steps('upgrade');
  assert.equal(step?.status, 'ERROR');
  assert.match(step?.reason?.text ?? '', /ended CANCELLED: restart this step, or roll run-\d+ back/);
  play.ask({ type: 'plan-restart', plan: 'upgrade', step: 'to-2' });
  play.settle();
  assert.deepEqual(running(play), ['2', '2']);
  assert.equal(play.run('upgrade').ended?.how, 'COMPLETE');
});

const shrunk = exampleConfig([examplePod({ count: 1 })]);

test('what the validators refuse is refused before anything begins', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: env('1') });
  play.settle();
  const recipe = upgrade(stage('2'), { kind: 'configure', name: 'shrink', config: shrunk });
  const answer = play.ask({ type: 'plan-start', plan: 'upgrade', recipe });
  assert.equal(!answer.ok && answer.code, 'config-refused');
  assert.match(answer.message, /shrink: .*cannot shrink/);
  assert.equal(target(play), '1');
});

test('a call that is for good has no way back once it has begun', () => {
  const finalise: StepSpec = { kind: 'call', name: 'finalise', procedure: 'finalise', oneWay: 'the level is final' };
  const play = begun(stage('2'), { kind: 'approve', name: 'door', text: 'for good?' }, finalise);
  play.settle();
  const before = preview(play.state, 'ann', { type: 'plan-rollback', plan: 'upgrade' }, play.nowMs);
  assert.equal('ok' in before, false, 'before it, there is a way back');
  play.ask({ type: 'plan-approve', plan: 'upgrade' });
  const answer = play.ask({ type: 'plan-rollback', plan: 'upgrade' });
  assert.equal(!answer.ok && answer.code, 'no-way-back');
  assert.match(answer.message, /the level is final/);
});

test('each stage is told before: what it changes and restarts, against the stage before it', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: env('1') });
  play.settle();
  const recipe = upgrade(stage('2'), stage('2'), stage('3'));
  const seen = preview(play.state, 'ann', { type: 'plan-start', plan: 'upgrade', recipe }, play.nowMs);
  assert.ok(!('ok' in seen));
  const stages = stagesOf(play.state, seen.draft);
  assert.deepEqual(
    stages.map(({ step, restarts }) => [step, restarts.map(({ instance }) => instance)]),
    [
      ['to-2', ['node-0', 'node-1']],
      ['to-2', []],
      ['to-3', ['node-0', 'node-1']],
    ],
  );
  assert.deepEqual(seen.draft.phases[0]?.steps[2]?.diff, [{ path: 'options.a', from: '2', to: '3' }]);
});

test('what the stage before brings is not new in the next', () => {
  const two = exampleConfig([examplePod({ count: 2 })], { a: '1' });
  const play = new Play();
  play.ask({ type: 'configure', config: two });
  play.settle();
  const helper = examplePod({ name: 'helper', count: 1 });
  const three = exampleConfig([examplePod({ count: 2 }), helper], { a: '2' });
  const other = { ...helper, tasks: [exampleTask({ env: { A: '3' } })] };
  const steps = [
    three,
    { ...three, options: { a: '3' } },
    exampleConfig([examplePod({ count: 2 }), other], { a: '4' }),
  ];
  const recipe = upgrade(...steps.map((config, at) => ({ kind: 'configure' as const, name: `to-${at}`, config })));
  const found = preview(play.state, 'me', { type: 'plan-start', plan: 'upgrade', recipe }, 0);
  assert.ok(!('ok' in found));
  assert.deepEqual(
    stagesOf(play.state, found.draft).map(({ restarts }) => restarts.map(({ instance }) => instance)),
    [['helper-0'], [], ['helper-0']],
  );
});

test('a stage whose update leaves a pod out restarts none of it; the next does, for what it runs with', () => {
  const pod = (value: string) => [examplePod({ count: 1, tasks: [exampleTask({ env: { A: value } })] })];
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig(pod('1'), { a: '1' }) });
  play.settle();
  const passing = exampleConfig(pod('2'), { a: '2' });
  const nothing: PlanSpec = { name: 'update', strategy: 'serial', phases: [] };
  const configs = [
    { ...passing, spec: { ...passing.spec, plans: [nothing] } },
    { ...passing, options: { a: '3' } },
  ];
  const recipe = upgrade(...configs.map((config, at) => ({ kind: 'configure' as const, name: `to-${at}`, config })));
  const found = preview(play.state, 'me', { type: 'plan-start', plan: 'upgrade', recipe }, 0);
  assert.ok(!('ok' in found));
  const restarts = stagesOf(play.state, found.draft).map((each) => each.restarts.map(({ instance }) => instance));
  assert.deepEqual(restarts, [[], ['node-0']]);
  assert.equal(play.ask({ type: 'plan-start', plan: 'upgrade', recipe }).ok, true);
  const before = play.task('node-0').id;
  play.settle();
  assert.equal(play.run('upgrade').ended?.how, 'COMPLETE');
  assert.notEqual(play.task('node-0').id, before);
});

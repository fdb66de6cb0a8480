import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, exampleTask } from '../example.ts';
import type { StartRequest } from '../request.ts';
import { preview } from './preview.ts';

const env = (value: string) =>
  exampleConfig([examplePod({ tasks: [exampleTask({ env: { A: value } })] })], { a: value });

const deployed = (): Play => {
  const play = new Play();
  play.ask({ type: 'configure', config: env('1') });
  play.settle();
  return play;
};

const requests: readonly StartRequest[] = [
  { type: 'configure', config: env('2') },
  { type: 'plan-start', plan: 'deploy' },
  { type: 'pod-restart', instance: 'node-0', force: false },
  { type: 'pod-replace', instance: 'node-0', force: false },
  { type: 'pod-pause', instance: 'node-0', tasks: [], force: false },
  { type: 'uninstall' },
];

for (const request of requests) {
  test(`${request.type}: the dry run changes nothing, and its hash starts exactly what it showed`, () => {
    const play = deployed();
    const before = structuredClone([...play.state.steps]);
    const shown = preview(play.state, 'tester', request, play.nowMs);
    assert.ok(!('ok' in shown));
    assert.deepEqual([...play.state.steps], before);
    const answer = play.ask({ ...request, hash: shown.hash });
    assert.equal(answer.ok, true, answer.message);
    const run = play.state.runs.get((answer.ok && answer.runId) || '');
    const steps = run?.phases.flatMap(({ stepIds }) => stepIds.map((id) => play.state.steps.get(id)?.name));
    assert.deepEqual(
      steps,
      shown.draft.phases.flatMap((phase) => phase.steps.map(({ name }) => name)),
    );
  });

  test(`${request.type}: the hash of another world is refused with what has changed`, () => {
    const play = deployed();
    const shown = preview(play.state, 'tester', request, play.nowMs);
    assert.ok(!('ok' in shown));
    play.ask({ type: 'configure', config: env('3') });
    play.settle();
    const steps = play.state.steps.size;
    const answer = play.ask({ ...request, hash: shown.hash });
    assert.equal(!answer.ok && answer.code, 'plan-stale');
    assert.match(answer.message, /instances or the target configuration/);
    assert.equal(play.state.steps.size, steps);
  });
}

test('a roll back makes the configuration before the target again, in the middle of the run too', () => {
  for (const settled of [true, false]) {
    const play = deployed();
    play.ask({ type: 'configure', config: env('2') });
    if (settled) play.settle();
    const answer = play.ask({ type: 'plan-rollback', plan: 'update' });
    assert.equal(answer.ok, true, answer.message);
    play.settle();
    const target = play.state.configs.get(play.state.service?.targetConfigId ?? '');
    assert.deepEqual(target?.options, { a: '1' });
    const launched = play.actions.filter((action) => action.type === 'launch');
    assert.deepEqual(launched.at(-1)?.tasks[0]?.spec.env, { A: '1' });
    const runs = [...play.state.runs.values()].filter(({ plan }) => plan !== 'recovery');
    const ends = runs.map(({ ended }) => ended?.how);
    assert.deepEqual(ends, ['COMPLETE', settled ? 'COMPLETE' : 'ROLLED_BACK', 'COMPLETE']);
  }
});

test('any kept configuration is the target again by one request; an unknown one and the target itself are refused', () => {
  const play = deployed();
  for (const value of ['2', '3']) {
    play.ask({ type: 'configure', config: env(value) });
    play.settle();
  }
  const [first] = play.state.configs.keys();
  const answer = play.ask({ type: 'config-rollback', configId: first ?? '' });
  assert.equal(answer.ok, true);
  play.settle();
  assert.match(play.run('update').cause.text, new RegExp(`rolls back to ${first}`));
  const target = play.state.service?.targetConfigId ?? '';
  assert.notEqual(target, first, 'it has an id of its own: what is newer always has the higher number');
  assert.deepEqual(play.state.configs.get(target)?.options, { a: '1' });
  const unknown = play.ask({ type: 'config-rollback', configId: 'config-99' });
  assert.equal(!unknown.ok && unknown.code, 'config-unknown');
  const same = play.ask({ type: 'config-rollback', configId: target });
  assert.equal(!same.ok && same.code, 'already');
});

test('the first configuration has no way back', () => {
  const play = deployed();
  const answer = play.ask({ type: 'plan-rollback', plan: 'deploy' });
  assert.equal(!answer.ok && answer.code, 'no-way-back');
});

test('one occasion starts one run', () => {
  const play = deployed();
  const start = { type: 'plan-start' as const, plan: 'deploy', key: 'the disk is full', text: 'the disk is full' };
  assert.equal(play.ask(start).ok, true);
  play.settle();
  const again = play.ask(start);
  assert.equal(!again.ok && again.code, 'already');
});

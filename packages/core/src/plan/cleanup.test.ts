import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusals } from '../change/validate.ts';
import { Play, exampleConfig, examplePod, exampleTask, withPlans } from '../example.ts';
import type { NewConfig } from '../request/configure.ts';
import type { PhaseSpec, PlanSpec, StepSpec } from '../spec/plan.ts';

const call = (name: string): StepSpec => ({ kind: 'call', name, procedure: name });
const phase = (name: string, ...steps: readonly StepSpec[]): PhaseSpec => ({ name, strategy: 'serial', steps });
const clean = (name: string, ...steps: readonly StepSpec[]): PhaseSpec => ({ ...phase(name, ...steps), cleanup: true });

/** Sets up, works, takes away what was set up, and is glad. */
const move = (strategy: PlanSpec['strategy'] = 'serial'): PlanSpec => ({
  name: 'move',
  strategy,
  phases: [
    phase('set', call('throttle')),
    phase('work', call('copy'), call('copy-more')),
    clean('unset', call('unthrottle')),
    phase('end', call('cheer')),
  ],
});

const env = (value: string): NewConfig =>
  exampleConfig([examplePod({ count: 2, tasks: [exampleTask({ env: { A: value } })] })], { a: value });

function begun(...plans: readonly PlanSpec[]): Play {
  const play = new Play();
  play.ask({ type: 'configure', config: withPlans(env('1'), ...plans) });
  play.settle();
  const answer = play.ask({ type: 'plan-start', plan: 'move' });
  assert.equal(answer.ok, true, answer.message);
  return play;
}

/** Performs the calls of this procedure that are open. */
function perform(play: Play, procedure: string, ok = true): void {
  const at = play.open.findIndex((action) => action.type === 'call' && action.procedure === procedure);
  const [action] = at === -1 ? [] : play.open.splice(at, 1);
  assert.ok(action?.type === 'call', `${procedure} is called: ${JSON.stringify(play.open)}`);
  const result = ok ? { ok, value: null } : { ok, reason: 'nobody answers' };
  play.tell({ type: 'result', stepId: action.stepId, result });
}

const calls = (play: Play): readonly string[] =>
  play.open.flatMap((action) => (action.type === 'call' ? [action.procedure] : []));

test('in a run that goes to its end a cleanup phase has its place', () => {
  const play = begun(move());
  for (const procedure of ['throttle', 'copy', 'copy-more', 'unthrottle', 'cheer']) perform(play, procedure);
  assert.equal(play.run('move').ended?.how, 'COMPLETE');
});

test('a cancelled run waits for the call under way, cleans up, and has ended then', () => {
  const play = begun(move());
  perform(play, 'throttle');
  const answer = play.ask({ type: 'plan-cancel', plan: 'move' });
  assert.match(answer.message, /is cancelled, and ends after unset; to leave that out, cancel it once more/);
  assert.deepEqual(calls(play), ['copy'], 'what it does must be done before it is undone');
  assert.equal(play.run('move').ended, undefined);
  assert.match(play.steps('move')[3]?.reason?.text ?? '', /copy is under way: its end is waited for/);
  perform(play, 'copy');
  assert.deepEqual(calls(play), ['unthrottle'], 'what is not cleanup is left out');
  perform(play, 'unthrottle', false);
  assert.match(play.steps('move')[3]?.reason?.text ?? '', /unthrottle failed, and is called again: nobody answers/);
  assert.equal(play.ask({ type: 'plan-start', plan: 'move' }).ok, false, 'the same is not begun before');
  play.wait(5_000);
  perform(play, 'unthrottle');
  const { ended, ending, leftBehind } = play.run('move');
  assert.deepEqual([ended?.how, ended?.by, ending, leftBehind], ['CANCELLED', 'tester', undefined, undefined]);
  assert.deepEqual(
    play.steps('move').map(({ status }) => status),
    ['COMPLETE', 'COMPLETE', 'PENDING', 'COMPLETE', 'PENDING'],
  );
  assert.equal(play.ask({ type: 'plan-start', plan: 'move' }).ok, true);
});

test('a call that fails after the run was cancelled is not made again', () => {
  const play = begun(move());
  perform(play, 'throttle');
  play.ask({ type: 'plan-cancel', plan: 'move' });
  perform(play, 'copy', false);
  assert.match(play.steps('move')[1]?.reason?.text ?? '', /copy failed, and is not called again/);
  assert.deepEqual(calls(play), ['unthrottle']);
  play.wait(60_000);
  assert.deepEqual(calls(play), ['unthrottle']);
});

test('one that waits to be made again is dropped', () => {
  const play = begun(move());
  perform(play, 'throttle', false);
  play.ask({ type: 'plan-cancel', plan: 'move' });
  assert.deepEqual(calls(play), ['unthrottle'], 'half of it may have been done');
});

test('cleanup phases that a call under way adds are done, other ones are not', () => {
  const play = begun(move());
  play.ask({ type: 'plan-cancel', plan: 'move' });
  const [open] = play.open.splice(0);
  assert.ok(open?.type === 'call');
  const phases = [phase('more', call('more')), clean('less', call('less'))];
  play.tell({ type: 'result', stepId: open.stepId, result: { ok: true, value: null, phases } });
  assert.deepEqual(calls(play), ['less']);
  perform(play, 'less');
  perform(play, 'unthrottle');
  assert.equal(play.run('move').ended?.how, 'CANCELLED');
});

test('a run that had begun nothing, and one whose cleanup is done, end at once', () => {
  const consent: PhaseSpec = phase('consent', { kind: 'approve', name: 'ok', text: 'shall it be?' });
  const play = begun({ ...move(), phases: [consent, ...move().phases] });
  play.ask({ type: 'plan-cancel', plan: 'move' });
  assert.deepEqual([play.run('move').ended?.how, calls(play)], ['CANCELLED', []]);
  const other = begun(move());
  for (const procedure of ['throttle', 'copy', 'copy-more', 'unthrottle']) perform(other, procedure);
  other.ask({ type: 'plan-cancel', plan: 'move' });
  assert.equal(other.run('move').ended?.how, 'CANCELLED');
});

test('a cleanup that is under way goes on, and a paused run cleans up as well', () => {
  const play = begun(move());
  for (const procedure of ['throttle', 'copy', 'copy-more']) perform(play, procedure);
  play.ask({ type: 'plan-pause', plan: 'move' });
  play.ask({ type: 'plan-cancel', plan: 'move' });
  perform(play, 'unthrottle');
  assert.equal(play.run('move').ended?.how, 'CANCELLED');
});

test('cancelled once more, it has ended whatever it has not cleaned up, and says so', () => {
  const play = begun(move());
  perform(play, 'throttle');
  play.ask({ type: 'plan-cancel', plan: 'move' });
  perform(play, 'copy');
  perform(play, 'unthrottle', false);
  assert.match(play.ask({ type: 'plan-cancel', plan: 'move' }).message, /has not cleaned up all it has set up/);
  const { ended, leftBehind } = play.run('move');
  assert.equal(ended?.how, 'CANCELLED');
  assert.deepEqual(leftBehind, ['unthrottle was not done: unthrottle failed, and is called again: nobody answers']);
  play.wait(60_000);
  assert.deepEqual(calls(play), []);
});

test('of a run that is given up, only its cleanup can be forced or started again', () => {
  const play = begun(move());
  perform(play, 'throttle');
  perform(play, 'copy');
  play.ask({ type: 'plan-cancel', plan: 'move' });
  for (const type of ['plan-force-complete', 'plan-restart'] as const) {
    const answer = play.ask({ type, plan: 'move', phase: 'work' });
    assert.equal(!answer.ok && answer.code, 'already', answer.message);
  }
  perform(play, 'copy-more');
  perform(play, 'unthrottle', false);
  play.ask({ type: 'plan-restart', plan: 'move', phase: 'unset' });
  assert.deepEqual(calls(play), ['unthrottle']);
  play.ask({ type: 'plan-force-complete', plan: 'move' });
  assert.equal(play.run('move').ended?.how, 'CANCELLED');
  assert.equal(play.steps('move')[3]?.forced?.by, 'tester');
});

test('after a restart of the server it goes on with its cleanup, and makes no other call again', () => {
  const play = begun(move());
  perform(play, 'throttle');
  play.ask({ type: 'plan-cancel', plan: 'move' });
  play.restart();
  assert.deepEqual(calls(play), ['unthrottle'], 'the call died with the server');
  play.restart();
  perform(play, 'unthrottle');
  assert.equal(play.run('move').ended?.how, 'CANCELLED');
});

test('instances that it had are let go at once', () => {
  const play = begun({
    name: 'move',
    strategy: 'serial',
    phases: [
      { name: 'stop', pod: 'node', strategy: 'serial', steps: [{ kind: 'stop' }] },
      clean('unset', call('unset')),
    ],
  });
  play.settle('kill', 'call');
  play.ask({ type: 'plan-cancel', plan: 'move' });
  assert.deepEqual([...play.state.index.owner.keys(), ...play.state.index.claims.keys()], []);
  play.settle('call');
  assert.equal(play.task('node-0').state, 'RUNNING', 'its recovery has brought it back');
  perform(play, 'unset');
  assert.equal(play.run('move').ended?.how, 'CANCELLED');
});

test('parallel phases and those that depend on each other clean up as far as they do', () => {
  const parallel = begun(move('parallel'));
  assert.deepEqual(calls(parallel), ['throttle', 'copy', 'unthrottle', 'cheer']);
  parallel.ask({ type: 'plan-cancel', plan: 'move' });
  for (const procedure of ['throttle', 'copy', 'unthrottle', 'cheer']) perform(parallel, procedure);
  assert.equal(parallel.run('move').ended?.how, 'CANCELLED');

  const phases = [
    { ...clean('last', call('last')), after: ['work'] },
    { ...phase('work', call('work')), after: ['first'] },
    { ...clean('first', call('first')), after: ['set'] },
    phase('set', call('set')),
  ];
  const play = begun({ name: 'move', strategy: 'dependency', phases });
  perform(play, 'set');
  perform(play, 'first', false);
  play.ask({ type: 'plan-cancel', plan: 'move' });
  play.wait(5_000);
  assert.deepEqual(calls(play), ['first']);
  perform(play, 'first');
  perform(play, 'last');
  assert.equal(play.run('move').ended?.how, 'CANCELLED');
});

const update: PlanSpec = {
  name: 'update',
  strategy: 'serial',
  phases: [
    phase('before', call('before')),
    { name: 'node', pod: 'node', strategy: 'serial' },
    clean('after', call('after')),
  ],
};

test('a roll back, and a newer update, begin after the cleanup of what they take the place of', () => {
  for (const request of [
    { type: 'plan-rollback', plan: 'update' } as const,
    { type: 'configure', config: withPlans(env('3'), update) } as const,
  ]) {
    const play = new Play();
    play.ask({ type: 'configure', config: withPlans(env('1'), update) });
    play.settle();
    play.ask({ type: 'configure', config: withPlans(env('2'), update) });
    perform(play, 'before');
    const first = play.run('update').id;
    assert.equal(play.ask(request).ok, true);
    const second = play.run('update').id;
    assert.deepEqual(calls(play), ['after']);
    assert.match(play.steps('update')[0]?.reason?.text ?? '', new RegExp(`${first} \\(update\\) cleans up first`));
    // A third one waits for the first as well.
    play.ask({ type: 'configure', config: withPlans(env('4'), update) });
    assert.equal(play.state.runs.get(second)?.ended?.how, 'SUPERSEDED', 'it had begun nothing');
    play.restart();
    assert.deepEqual(calls(play), ['after']);
    perform(play, 'after');
    assert.equal(play.state.runs.get(first)?.ended?.how, request.type === 'configure' ? 'SUPERSEDED' : 'ROLLED_BACK');
    play.settle();
    assert.equal(play.run('update').ended?.how, 'COMPLETE');
    assert.equal(play.state.configs.get(play.task('node-1').configId)?.options['a'], '4');
  }
});

test('who does not want to wait for that ends the older run by its id', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: withPlans(env('1'), update) });
  play.settle();
  play.ask({ type: 'configure', config: withPlans(env('2'), update) });
  perform(play, 'before');
  const first = play.run('update').id;
  play.ask({ type: 'configure', config: withPlans(env('3'), update) });
  perform(play, 'after', false);
  play.ask({ type: 'plan-cancel', plan: first });
  assert.equal(play.state.runs.get(first)?.ended?.how, 'SUPERSEDED');
  play.settle();
  assert.equal(play.run('update').ended?.how, 'COMPLETE');
});

test('a run in stages cleans up after the stage that it has come to; what mends that may come before, no other run in stages', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: withPlans(env('1'), update) });
  play.settle();
  const stage: StepSpec = { kind: 'configure', name: 'to-2', config: withPlans(env('2'), update) };
  const recipe: PlanSpec = {
    name: 'up',
    strategy: 'serial',
    phases: [phase('stages', stage), clean('unset', call('unset'))],
  };
  assert.equal(play.ask({ type: 'plan-start', plan: 'up', recipe }).ok, true);
  perform(play, 'before');
  play.ask({ type: 'plan-cancel', plan: 'up' });
  assert.deepEqual(calls(play), ['after']);
  assert.match(play.steps('up')[1]?.reason?.text ?? '', /run-\d+ \(update\) ends first/);
  perform(play, 'after');
  assert.equal(play.run('update').ended?.how, 'CANCELLED');
  const other = { type: 'plan-start', plan: 'down', recipe: { ...recipe, name: 'down' } } as const;
  const refused = play.ask(other);
  assert.equal(!refused.ok && refused.code, 'run-active', refused.message);
  perform(play, 'unset', false);
  assert.equal(play.ask({ type: 'configure', config: env('9') }).ok, true);
  play.settle('call');
  assert.equal(play.run('update').ended?.how, 'COMPLETE');
  assert.equal(play.state.configs.get(play.task('node-1').configId)?.options['a'], '9');
  assert.equal(play.run('up').ended, undefined);
  play.wait(5_000);
  perform(play, 'unset');
  assert.equal(play.run('up').ended?.how, 'CANCELLED');
  assert.equal(play.ask(other).ok, true);
});

test('a replace begins after the cleanup of the one before it', () => {
  const replace: PlanSpec = {
    name: 'replace',
    strategy: 'serial',
    phases: [
      phase('before', call('before')),
      { name: 'node', pod: 'node', strategy: 'serial' },
      clean('after', call('after')),
    ],
  };
  const play = new Play();
  play.ask({ type: 'configure', config: withPlans(env('1'), replace) });
  play.settle();
  const again = { type: 'pod-replace', instance: 'node-0', force: false } as const;
  play.ask(again);
  perform(play, 'before');
  const first = play.run('replace').id;
  play.ask({ type: 'plan-cancel', plan: 'replace' });
  play.ask(again);
  assert.deepEqual(calls(play), ['after']);
  assert.match(play.steps('replace')[0]?.reason?.text ?? '', new RegExp(`${first} \\(replace\\) cleans up first`));
  play.ask(again);
  assert.deepEqual(calls(play), ['after']);
  play.settle();
  assert.equal(play.run('replace').ended?.how, 'COMPLETE');
});

test('an uninstall waits for no cleanup, and says what was not done', () => {
  const play = begun(move());
  perform(play, 'throttle');
  play.ask({ type: 'uninstall' });
  assert.equal(play.run('move').ended?.how, 'SUPERSEDED');
  assert.deepEqual(play.run('move').leftBehind, ['unthrottle was not done']);
  play.settle();
  assert.equal(play.run('uninstall').ended?.how, 'COMPLETE');
});

test('a cleanup is made of calls and waits, and a recovery has none', () => {
  const wrong = (name: string, ...phases: readonly PhaseSpec[]): string =>
    refusals(undefined, withPlans(env('1'), { name, strategy: 'serial', phases }).spec).join('; ');
  assert.equal(wrong('move', clean('unset', call('unset'), { kind: 'wait', name: 'is', probe: 'is' })), '');
  assert.match(
    wrong('move', clean('unset', { kind: 'approve', name: 'ok', text: 'ok?' })),
    /the plan move: phase unset cleans up, and has a step of the kind approve: only calls and waits do that/,
  );
  assert.match(wrong('move', { name: 'x', pod: 'node', strategy: 'serial', cleanup: true }), /and launches tasks/);
  assert.match(wrong('move', { ...clean('x', call('y')), strategy: 'serial-canary' }), /its strategy is serial-canary/);
  assert.match(wrong('recovery', { ...clean('x', call('y')), pod: 'node' }), /nobody would wait for a recovery/);
});

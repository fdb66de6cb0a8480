import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, withPlans } from '../example.ts';
import { restore } from '../restore.ts';
import type { StepSpec } from '../spec/plan.ts';

const play = (...steps: readonly StepSpec[]): Play => {
  const played = new Play();
  const phases = [{ name: 'work', strategy: 'serial' as const, steps }];
  played.ask({ type: 'configure', config: withPlans(exampleConfig(), { name: 'check', strategy: 'serial', phases }) });
  played.settle();
  assert.equal(played.ask({ type: 'plan-start', plan: 'check' }).ok, true);
  return played;
};

const answer = (played: Play, open: boolean, reason = open ? 'calm' : 'busy'): void => {
  const at = played.open.findIndex(({ type }) => type === 'probe');
  const [asked] = played.open.splice(at, 1);
  assert.equal(asked?.type, 'probe');
  if (asked?.type === 'probe') played.tell({ type: 'probe', stepId: asked.stepId, answer: { open, reason } });
};

test('a wait step asks its probe again and again, with the reason, until it says yes', () => {
  const played = play({ kind: 'wait', name: 'calm', probe: 'is-calm' });
  for (let times = 0; times < 3; times += 1) {
    answer(played, false);
    assert.equal(played.steps('check')[0]?.reason?.text, 'busy');
    assert.deepEqual(played.open, [], 'not at once');
    played.wait(1_000);
  }
  answer(played, true);
  assert.equal(played.run('check').ended?.how, 'COMPLETE');
});

test('a soak begins again when the probe says no in between', () => {
  const played = play({ kind: 'wait', name: 'calm', probe: 'is-calm', soakMs: 5_000 });
  answer(played, true);
  for (let times = 0; times < 3; times += 1) {
    played.wait(1_000);
    answer(played, true);
  }
  assert.match(played.steps('check')[0]?.reason?.text ?? '', /calm: good since .*, must stay so for 5 s/);
  played.wait(1_000);
  answer(played, false);
  for (let times = 0; times < 5; times += 1) {
    played.wait(1_000);
    answer(played, true);
    assert.equal(played.run('check').ended, undefined, `${times} s after the no`);
  }
  played.wait(1_000);
  answer(played, true);
  assert.equal(played.run('check').ended?.how, 'COMPLETE');
});

test('a soak that a restart of the server has interrupted begins again', () => {
  const played = play({ kind: 'wait', name: 'calm', probe: 'is-calm', soakMs: 5_000 });
  answer(played, true);
  assert.notEqual(played.steps('check')[0]?.soakingMs, undefined);
  played.tell({ type: 'started' });
  assert.equal(played.steps('check')[0]?.soakingMs, undefined);
});

test('beyond its deadline a wait pauses the run, and the time begins again when a person resumes it', () => {
  const played = play({ kind: 'wait', name: 'calm', probe: 'is-calm', deadlineMs: 2_500 });
  for (let times = 0; times < 4; times += 1) {
    answer(played, false);
    played.wait(1_000);
    if (played.run('check').paused !== undefined) break;
  }
  assert.match(played.run('check').paused?.reason ?? '', /calm has waited longer than 2.5 s: busy/);
  assert.deepEqual(played.open, [], 'a paused run asks nothing');
  assert.equal(played.ask({ type: 'plan-resume', plan: 'check' }).ok, true);
  answer(played, false);
  assert.equal(played.run('check').paused, undefined);
  played.wait(1_000);
  answer(played, true);
  assert.equal(played.run('check').ended?.how, 'COMPLETE');
});

test('an approve step waits for a person, says for what, and keeps who it was', () => {
  const played = play(
    { kind: 'approve', name: 'door', text: 'there is no way back' },
    { kind: 'call', name: 'go', procedure: 'go' },
  );
  played.settle();
  assert.equal(played.steps('check')[0]?.reason?.text, 'waits for approval: there is no way back');
  assert.deepEqual(played.story().slice(-1), ['launch node-2'], 'nothing was called');
  assert.equal(played.ask({ type: 'plan-approve', plan: 'check', step: 'go' }).ok, false);
  assert.equal(played.ask({ type: 'plan-approve', plan: 'check' }).ok, true);
  played.settle();
  assert.equal(played.steps('check')[0]?.approved?.by, 'tester');
  assert.equal(played.run('check').ended?.how, 'COMPLETE');
  const again = played.ask({ type: 'plan-approve', plan: 'check' });
  assert.equal(!again.ok && again.code, 'already');
});

test('an approval is not given before its step waits for it', () => {
  const played = play(
    { kind: 'wait', name: 'calm', probe: 'is-calm' },
    { kind: 'approve', name: 'door', text: 'there is no way back' },
  );
  const early = played.ask({ type: 'plan-approve', plan: 'check', step: 'door' });
  assert.equal(!early.ok && early.code, 'not-waiting');
});

test('waits, approvals and canaries are the same after their records were read again', () => {
  const played = play({ kind: 'approve', name: 'door', text: 'really?' });
  const records = [
    { path: 'service', value: played.state.service },
    ...[...played.state.runs].map(([id, value]) => ({ path: `run/${id}`, value })),
    ...[...played.state.steps].map(([id, value]) => ({ path: `step/${id}`, value })),
  ];
  assert.deepEqual(restore(records).steps.get(played.steps('check')[0]?.id ?? ''), played.steps('check')[0]);
});

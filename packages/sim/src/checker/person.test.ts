import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Request } from '@warder/core';
import type { DryRun } from '@warder/scheduler';
import { bareRun, launch, reservation, scene, step, task } from './scene.ts';

const phase = { name: 'a', strategy: 'serial', stepIds: ['run-1.0.0', 'run-1.0.1'] };
const paused = { by: 'person', sinceMs: 0 };

test('an approval that nobody has given', () => {
  const { commit, tell } = scene();
  const waiting = step('run-1.0.0', 'WAITING', { work: { kind: 'approve', text: '' } });
  commit({ 'run/run-1': { ...bareRun, phases: [phase] }, 'step/run-1.0.0': waiting });
  assert.match(commit({ 'step/run-1.0.0': { ...waiting, status: 'COMPLETE' } }).join(), /nobody has approved/);
  commit({ 'step/run-1.0.0': waiting });
  tell(({ asked }) => asked?.({ type: 'plan-approve', plan: 'run-1' }, undefined));
  assert.deepEqual(commit({ 'step/run-1.0.0': { ...waiting, status: 'COMPLETE' } }), []);
});

test('a pause of a run, of a phase and of a pod that nobody has lifted', () => {
  const { commit } = scene();
  commit({ 'run/run-1': { ...bareRun, paused, phases: [{ ...phase, paused }] } });
  const said = commit({ 'run/run-1': { ...bareRun, phases: [phase] } }).join();
  assert.match(said, /run-1 is not paused any more, and nobody/);
  assert.match(said, /a of run-1 is not paused any more, and nobody/);
  commit({ 'instance/node-1': { name: 'node-1', paused: { ...paused, tasks: [] } } });
  assert.match(commit({ 'instance/node-1': { name: 'node-1' } }).join(), /node-1 is not paused any more/);
});

test('a canary that nobody has let go, one that goes by itself, and the rest that goes with it', () => {
  const { commit } = scene();
  const canary = { ...phase, strategy: 'parallel-canary' };
  const resumed = { ...canary, resumed: { times: 1, firstMs: 0 } };
  commit({ 'run/run-1': { ...bareRun, phases: [canary] }, 'step/run-1.0.0': step('run-1.0.0', 'PENDING') });
  assert.match(commit({ 'step/run-1.0.0': step('run-1.0.0', 'PREPARED') }).join(), /nobody has let the canary go/);
  assert.match(commit({ 'run/run-1': { ...bareRun, phases: [resumed] } }).join(), /goes on, and nobody has resumed it/);
  assert.match(commit({ 'step/run-1.0.1': step('run-1.0.1', 'PREPARED') }).join(), /besides the canary run-1.0.0/);
});

test('a paused instance in which something is started, or still runs', () => {
  const { commit, tell, tenant } = scene();
  tenant.launch(launch('op1', task('t1')));
  commit({ 'instance/node-0': { name: 'node-0', reservation, paused: { ...paused, tasks: ['server'] } } });
  assert.match(
    tell(({ launching }) => launching?.(launch('op1', task('t1')))).join(),
    /t1 is launched, and it is paused/,
  );
  const run = { ...bareRun, plan: 'pause', phases: [{ ...phase, stepIds: ['run-1.0.0'] }] };
  commit({
    'run/run-1': run,
    'step/run-1.0.0': step('run-1.0.0', 'PREPARED', { work: { kind: 'stop', instance: 'node-0' } }),
  });
  const said = commit({ 'run/run-1': { ...run, ended: { how: 'COMPLETE', ms: 1 } } });
  assert.match(said.join(), /run-1 is complete, and t1 runs/);
});

test('a run that is not what its dry run has shown, and one whose request was refused', () => {
  const { commit, tell } = scene();
  const request: Request = { type: 'plan-start', plan: 'update', hash: 'h' };
  const dry = { strategy: 'serial', phases: [{ name: 'b', strategy: 'serial', steps: [] }] } as unknown as DryRun;
  tell(({ asked }) => asked?.(request, dry));
  commit({ 'run/run-1': { ...bareRun, strategy: 'serial', phases: [] } });
  const answer = { ok: true, message: '', runId: 'run-1' } as const;
  assert.match(tell(({ answered }) => answered?.(request, answer)).join(), /its dry run has shown/);
  tell(({ asked }) => asked?.(request, undefined));
  commit({ 'run/run-2': { ...bareRun, id: 'run-2', strategy: 'serial', phases: [] } });
  const no = { ok: false, code: 'plan-stale', message: '' } as const;
  assert.match(tell(({ answered }) => answered?.(request, no)).join(), /run-2 has begun, and its request was refused/);
});

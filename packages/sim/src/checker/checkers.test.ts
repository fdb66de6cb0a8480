/** Every checker is shown a world in which its property does not hold: one that never complains proves nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leftOvers, shortcomings } from './end.ts';
import { bareRun, launch, reservation, scene, step, task } from './scene.ts';

test('a launch that is in order brings no complaint', () => {
  const { tell } = scene();
  assert.deepEqual(
    tell(({ launching }) => launching?.(launch('op1', task('t1')))),
    [],
  );
});

test('identity: a second live task, two in one resource set, a live task forgotten', () => {
  const { tenant, complaints, put, tell } = scene();
  tenant.launch(launch('op1', task('t1')));
  assert.match(tell(({ launching }) => launching?.(launch('op2', task('t2')))).join(), /while t1 is live/);
  assert.match(
    tell(({ launching }) => launching?.(launch('op2', task('t3', 'node-0-a'), task('t4', 'node-0-b')))).join(),
    /together with another of its resource set/,
  );
  put('task/node-0/server', { id: 't2', name: 'server', instance: 'node-0' });
  assert.match(complaints.join(), /the store forgets t1, which is live/);
});

test('known: a task or a place that the store does not know', () => {
  const { tell } = scene();
  assert.match(tell(({ launching }) => launching?.(launch('op1', task('t9')))).join(), /t9 is launched, but the store/);
  const other = { ...launch('op1'), reservation: { ...reservation, id: 'r2' } };
  assert.match(tell(({ launching }) => launching?.(other)).join(), /uses r2, but the store says r1/);
});

test('volume: one of two owners, one destroyed that nobody asked for', () => {
  const { tell } = scene();
  tell(({ launching }) => launching?.(launch('op1', task('t1'))));
  const other = { ...launch('op2'), reservation: { ...reservation, id: 'r2' } };
  assert.match(tell(({ launching }) => launching?.(other)).join(), /volume v1 of r1 is used by r2/);
  assert.match(
    tell(({ releasing }) => releasing?.(reservation, 'asked')).join(),
    /no replace, decommission or uninstall/,
  );
  assert.match(tell(({ releasing }) => releasing?.(reservation, 'orphan')).join(), /but node-0 wants it/);
});

test('id: an operation and a run of the same name', () => {
  const { tell, put, complaints } = scene();
  tell(({ launching }) => launching?.(launch('op1', task('t1'))));
  const other = { ...launch('op1'), reservation: { ...reservation, id: 'r2' } };
  assert.match(tell(({ launching }) => launching?.(other)).join(), /op1 means/);
  put('run/run-1', { ...bareRun, phases: [] });
  put('run/run-1', { ...bareRun, createdMs: 2, phases: [] });
  assert.match(complaints.join(), /run-1 is used again/);
});

test('order: two steps of a serial phase, one out of order, one of a paused run', () => {
  const { put, complaints } = scene();
  const run = (more: object = {}) => ({
    ...bareRun,
    strategy: 'serial',
    phases: [{ name: 'a', strategy: 'serial', stepIds: ['run-1.0.0', 'run-1.0.1'] }],
    ...more,
  });
  put('run/run-1', run());
  put('step/run-1.0.0', step('run-1.0.0', 'PENDING'));
  put('step/run-1.0.1', step('run-1.0.1', 'PREPARED'));
  assert.match(complaints.join(), /run-1.0.1 begins before run-1.0.0/);
  put('step/run-1.0.0', step('run-1.0.0', 'PREPARED'));
  assert.match(complaints.join(), /run-1.0.0 begins while run-1.0.1 is PREPARED/);
  put('step/run-1.0.0', step('run-1.0.0', 'PENDING'));
  put('run/run-1', run({ paused: { by: 'a', sinceMs: 0 } }));
  put('step/run-1.0.0', step('run-1.0.0', 'PREPARED'));
  assert.match(complaints.join(), /its run is paused/);
});

test('gate and down: a stop without a yes, a second one beside the first', () => {
  const { tenant, put, tell } = scene();
  tenant.launch(launch('op1', task('t1')));
  const stepIds = ['run-1.0.0', 'run-1.0.1'];
  put('run/run-1', {
    ...bareRun,
    strategy: 'parallel',
    phases: [{ name: 'a', strategy: 'serial', stepIds }],
  });
  put('step/run-1.0.0', step('run-1.0.0', 'PREPARED'));
  put('step/run-1.0.1', step('run-1.0.1', 'PREPARED'));
  put('task/node-0/server', { id: 't1', name: 'server', instance: 'node-0', killing: { why: 'run-1 restarts it' } });
  const [live] = tenant.live();
  assert.ok(live !== undefined);
  const complaints = tell(({ killing }) => killing?.(live, 'asked')).join();
  assert.match(complaints, /its gate has not said yes just before/);
  assert.match(complaints, /while run-1.0.1 is PREPARED/);
  tell(({ gate }) => gate?.({ atMs: 0, stepId: 'run-1.0.0', instance: 'node-0', moment: 'stop', open: true }));
  assert.doesNotMatch(tell(({ killing }) => killing?.(live, 'asked')).join(), /gate/);
});

test('peer: one without a place', () => {
  const { tell } = scene();
  const told = { ...task('t1'), files: [{ path: 'peers', content: 'seed-0 ', mode: 0o640 }] };
  assert.match(tell(({ launching }) => launching?.(launch('op1', told))).join(), /seed-0, which has no place/);
});

test('end: what is missing, and what is left over', () => {
  const { tenant, ledger, shape } = scene();
  assert.ok(shortcomings(tenant, ledger, new Map(), shape).includes('node-0-server does not run'));
  tenant.launch(launch('op1', task('t1')));
  assert.deepEqual(leftOvers(tenant, 1), [
    't1 still runs after the uninstall',
    'r1 is still held after the uninstall',
    '1 records are left after the uninstall',
  ]);
});

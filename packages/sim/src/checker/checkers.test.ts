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

test('id: two runs for one occasion, unless the first is not known any more', () => {
  const { commit } = scene();
  const run = (id: string) => ({ ...bareRun, id, cause: { ...bareRun.cause, key: 'k' }, phases: [] });
  commit({ 'run/run-1': run('run-1') });
  assert.deepEqual(commit({ 'run/run-2': run('run-2'), 'run/run-1': undefined }), []);
  assert.match(commit({ 'run/run-3': run('run-3') }).join(), /run-2 and run-3 are for one occasion: k/);
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

test('order: the canary is whichever was begun with, and after it all keep their order', () => {
  const { commit } = scene();
  const run = (times: number) => ({
    ...bareRun,
    strategy: 'serial',
    phases: [
      { name: 'a', strategy: 'serial-canary', stepIds: ['run-1.0.0', 'run-1.0.1'], resumed: { times, firstMs: 0 } },
    ],
  });
  const begins = () => {
    commit({ 'step/run-1.0.0': step('run-1.0.0', 'PENDING'), 'step/run-1.0.1': step('run-1.0.1', 'PENDING') });
    return commit({ 'step/run-1.0.1': step('run-1.0.1', 'PREPARED') }).join();
  };
  commit({ 'run/run-1': run(1) });
  assert.doesNotMatch(begins(), /begins before/);
  commit({ 'run/run-1': run(2) });
  assert.match(begins(), /run-1.0.1 begins before run-1.0.0/);
});

test('order: what is launched in a new place before what prepares it', () => {
  const { commit, tell } = scene();
  const of = (task: string) => ({ kind: 'launch', instance: 'node-0', tasks: [task], replace: task === 'init' });
  const phases = (id: string) => [{ name: 'a', strategy: 'serial', stepIds: [id] }];
  const preparing = { work: of('init'), released: true };
  commit({
    'run/run-1': { ...bareRun, strategy: 'serial', phases: phases('run-1.0.0') },
    'run/run-2': { ...bareRun, id: 'run-2', strategy: 'serial', phases: phases('run-2.0.0') },
    'step/run-1.0.0': step('run-1.0.0', 'PENDING', preparing),
    'step/run-2.0.0': step('run-2.0.0', 'STARTING', { work: of('server'), launched: { server: 't1' } }),
    'task/node-0/server': { id: 't1', name: 'server', instance: 'node-0', configId: 'config-1', runId: 'run-2' },
  });
  const says = () => tell(({ launching }) => launching?.(launch('op1', task('t1')))).join();
  assert.match(says(), /t1 is launched before run-1.0.0 has prepared the new place of node-0/);
  const ending = { ms: 1, how: 'CANCELLED' };
  commit({ 'run/run-1': { ...bareRun, strategy: 'serial', phases: phases('run-1.0.0'), ending } });
  assert.equal(says(), '');
  commit({ 'run/run-1': { ...bareRun, strategy: 'serial', phases: phases('run-1.0.0') } });
  commit({ 'step/run-1.0.0': step('run-1.0.0', 'COMPLETE', { ...preparing, forced: {} }) });
  assert.equal(says(), '');
});

test('cleanup: who takes the place of a run that is given up begins before that has cleaned up', () => {
  const { commit } = scene();
  const begins = (createdMs: number): string => {
    const phase = { name: 'a', strategy: 'serial', stepIds: ['run-2.0.0'] };
    const run = { ...bareRun, id: 'run-2', createdMs, strategy: 'serial', phases: [phase] };
    commit({ 'run/run-2': run, 'step/run-2.0.0': step('run-2.0.0', 'PENDING') });
    return commit({ 'step/run-2.0.0': step('run-2.0.0', 'PREPARED') }).join();
  };
  const ending = { ms: 5, how: 'CANCELLED' };
  commit({ 'run/run-1': { ...bareRun, strategy: 'serial', ending, phases: [] } });
  assert.match(begins(5), /run-2.0.0 begins, and run-1 still cleans up/);
  assert.doesNotMatch(begins(4), /cleans up/);
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
  const hear = (stepId: string, open: boolean) =>
    tell(({ gate }) => gate?.({ atMs: 0, stepId, instance: 'node-0', moment: 'stop', open }));
  hear('run-2.0.0', true);
  assert.match(tell(({ killing }) => killing?.(live, 'asked')).join(), /its gate has not said yes just before/);
  hear('run-1.0.0', true);
  hear('run-2.0.0', false);
  assert.doesNotMatch(tell(({ killing }) => killing?.(live, 'asked')).join(), /gate/);
});

test('gate: one is stopped while another one is down, by a plan or because it failed later', () => {
  const { tenant, put, tell } = scene();
  const names = ['node-0', 'node-1'];
  for (const [at, instance] of names.entries()) {
    const id = `t${at}`;
    const place = { ...reservation, id: `r${at}`, instance };
    tenant.launch({ ...launch(`op${at}`, task(id, `${instance}-server`)), reservation: place });
    put(`task/${instance}/server`, { id, name: 'server', instance, killing: { why: `run-${at} restarts it` } });
    const stepIds = [`run-${at}.0.${at}`];
    put(`run/run-${at}`, { ...bareRun, id: `run-${at}`, phases: [{ name: 'a', strategy: 'serial', stepIds }] });
    put(`step/${stepIds.join()}`, step(stepIds.join(), 'PREPARED'));
  }
  const stop = (at: number): string => {
    const [instance = '', stepId] = [names[at], `run-${at}.0.${at}`];
    tell(({ gate }) => gate?.({ atMs: 0, stepId, instance, moment: 'stop', open: true }));
    const live = tenant.live().find(({ id }) => id === `t${at}`);
    return live === undefined ? 'it does not run' : tell(({ killing }) => killing?.(live, 'asked')).join();
  };
  assert.equal(stop(0), '');
  assert.match(stop(1), /node-0 is down by a plan/);
  tell(({ gate }) => gate?.({ atMs: 0, stepId: 'run-0.0.0', instance: 'node-0', moment: 'start', open: true }));
  assert.equal(stop(1), '');
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

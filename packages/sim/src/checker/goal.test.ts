import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bareRun, launch, reservation, scene, step, task } from './scene.ts';

const run = { ...bareRun, phases: [{ name: 'a', strategy: 'parallel', stepIds: ['run-1.0.0'] }], strategy: 'parallel' };
const at = (status: string, work: object, more: object = {}) => ({
  'step/run-1.0.0': step('run-1.0.0', status, { work, ...more }),
});

test('steps that are complete and have not done what they are for', () => {
  const { commit, tenant } = scene();
  commit({ 'run/run-1': run });
  const complete = (work: object, more: object = {}): string => {
    commit(at('STARTING', work, more));
    return commit(at('COMPLETE', work, more)).join();
  };
  const works = { kind: 'launch', instance: 'node-0', tasks: ['server'] };
  assert.match(complete(works, { launched: { server: 't1' } }), /run-1.0.0 is complete, but t1 is undefined|not known/);
  assert.match(complete({ kind: 'call', procedure: 'p' }), /it was not called/);
  assert.match(complete({ kind: 'release', instance: 'node-0' }), /node-0 is still there/);
  tenant.launch(launch('op1', task('t1')));
  assert.match(complete({ kind: 'stop', instance: 'node-0', gates: [] }), /t1 runs/);
});

test('a soak that was too short, or interrupted by a restart of the server', () => {
  const { clock, commit, tell } = scene();
  commit({ 'run/run-1': run });
  const work = { kind: 'wait', probe: 'p', soakMs: 1_000 };
  commit(at('WAITING', work));
  tell(({ probe }) => probe?.({ stepId: 'run-1.0.0', open: true }));
  clock.wake(900, () => {});
  clock.fire();
  assert.match(commit(at('COMPLETE', work)).join(), /was good since 0, not for 1000 ms/);
  commit(at('WAITING', work));
  tell(({ probe }) => probe?.({ stepId: 'run-1.0.0', open: true }));
  tell(({ crashed }) => crashed?.());
  clock.wake(5_000, () => {});
  clock.fire();
  assert.match(commit(at('COMPLETE', work)).join(), /was good since never/);
});

test('two runs at work on one instance', () => {
  const { commit } = scene();
  commit({ 'run/run-1': run, 'run/run-2': { ...run, id: 'run-2', phases: [] } });
  commit({ 'step/run-1.0.0': step('run-1.0.0', 'STARTED') });
  const said = commit({ 'step/run-2.0.0': step('run-2.0.0', 'PREPARED') });
  assert.match(said.join(), /run-1.0.0 and run-2.0.0 are at work on node-0 together/);
});

test('a recovery with another configuration, and parameters that do not arrive', () => {
  const { commit, tell } = scene();
  commit({
    'run/run-1': { ...run, plan: 'recovery' },
    'instance/node-0': { name: 'node-0', reservation, configId: 'config-1' },
  });
  const launched = { id: 't2', name: 'server', instance: 'node-0', configId: 'config-2', params: { MODE: '1' } };
  const changes = { ...at('STARTING', { kind: 'launch', instance: 'node-0' }, { launched: { server: 't2' } }) };
  const said = commit({ ...changes, 'task/node-0/server': launched }).join();
  assert.match(said, /t2 is recovered with config-2, and its instance has config-1/);
  assert.match(said, /t2 is recovered with other parameters/);
  assert.match(
    tell(({ launching }) => launching?.(launch('op1', task('t2')))).join(),
    /MODE=undefined, and its run says 1/,
  );
});

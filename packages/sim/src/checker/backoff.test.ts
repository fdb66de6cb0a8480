import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bareRun, launch, reservation, scene, task } from './scene.ts';

const node = { name: 'node-0', reservation };
const failures = (count: number, untilMs = 0) => ({
  ...node,
  backoff: { failures: count, untilMs, lastFailureMs: untilMs },
});
const server = { id: 't1', name: 'server', instance: 'node-0', state: 'RUNNING', ready: true, stateMs: 0 };

test('a failure that is counted without one, and one that is not counted', () => {
  const { commit } = scene();
  commit({ 'task/node-0/server': server });
  assert.match(commit({ 'instance/node-0': failures(1) }).join(), /1 failures of node-0 are counted where 0 were/);
  const failed = { ...server, state: 'FAILED', ready: false, stateMs: 5 };
  assert.match(commit({ 'task/node-0/server': failed }).join(), /t1 has failed, and that is not counted/);
});

test('failures that are forgotten, and a start before their delay is over', () => {
  const { commit, tell } = scene();
  commit({ 'task/node-0/server': server });
  commit({ 'task/node-0/server': { ...server, state: 'FAILED', ready: false }, 'instance/node-0': failures(3, 5_000) });
  const said = tell(({ launching }) => launching?.(launch('op1', task('t1'))));
  assert.match(said.join(), /node-0 is started 5000 ms before the delay of 3 failures is over/);
  assert.match(commit({ 'instance/node-0': node }).join(), /the 3 failures of node-0 are forgotten/);
});

test('a policy that replaces what is well, or two within its delay', () => {
  const { commit } = scene();
  const spec = { pods: [], replacement: { afterMs: 10_000, delayMs: 10_000 } };
  commit({ service: { targetConfigId: 'config-1' }, 'config/config-1': { id: 'config-1', spec } });
  const replace = (id: string, instance: string, createdMs: number) => {
    const cause = { by: 'warder', text: '', diff: [], key: `${instance} is down since ${createdMs}` };
    return { [`run/${id}`]: { ...bareRun, id, plan: 'replace', createdMs, cause, phases: [] } };
  };
  assert.match(commit(replace('run-1', 'node-0', 500)).join(), /replaces node-0, which was well/);
  assert.match(commit(replace('run-2', 'node-1', 5_500)).join(), /replaces 5000 ms after another one, not 10000/);
});

test('more history than is to be kept, a configuration in use that is lost', () => {
  const { commit } = scene();
  commit({ service: { targetConfigId: 'config-1' } });
  const ended = { ms: 0, how: 'COMPLETE' };
  const runs = Array.from({ length: 101 }, (_, at) => [
    `run/run-${at}`,
    { ...bareRun, id: `run-${at}`, phases: [], ended },
  ]);
  assert.match(commit(Object.fromEntries(runs)).join(), /101 ended runs are kept/);
  const uses = { ...node, configId: 'config-9', liveConfigId: 'config-9' };
  commit({ 'instance/node-0': uses, 'config/config-1': { id: 'config-1' } });
  assert.match(commit({ 'config/config-2': { id: 'config-2' } }).join(), /config-9 is in use, and is not kept/);
});

/** Control groups of a machine that this one is not: a folder with the files of cgroup v2. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findCgroups } from './cgroup.ts';

const folder = (t: { after: (call: () => void) => void }): string => {
  const path = mkdtempSync(join(tmpdir(), 'warder-cgroup-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
};

test('v2: counters of the group above the runtime, processes of all below', (t) => {
  const root = folder(t);
  const group = '/warder-1/agent-0/task';
  mkdirSync(join(root, group, 'jail'), { recursive: true });
  writeFileSync(join(root, group, 'cgroup.procs'), '');
  writeFileSync(join(root, group, 'jail', 'cgroup.procs'), '41\n42\n');
  writeFileSync(join(root, group, 'memory.events'), 'low 0\nhigh 0\nmax 9\noom 2\noom_kill 3\noom_group_kill 0\n');
  const cgroups = findCgroups([{ path: root, type: 'cgroup2', options: 'rw,nsdelegate' }]);
  assert.equal(cgroups.layout, 'v2');
  assert.equal(cgroups.runtimePath(group), `${group}/jail`);
  assert.deepEqual(cgroups.processes(group), [41, 42]);
  assert.equal(cgroups.oomKills(group), 3);
  assert.equal(cgroups.oomKills('/warder-1/agent-0/other'), 0);
  assert.deepEqual(cgroups.children('/warder-1'), ['agent-0']);
});

test('v1 and hybrid: the memory controller has the counter, alone or together with others', (t) => {
  const root = folder(t);
  const memory = { path: join(root, 'memory'), type: 'cgroup', options: 'rw,cpu,memory' } as const;
  const unified = { path: join(root, 'unified'), type: 'cgroup2', options: 'rw' } as const;
  mkdirSync(join(memory.path, 'a'), { recursive: true });
  writeFileSync(join(memory.path, 'a', 'memory.oom_control'), 'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n');
  assert.equal(findCgroups([memory]).layout, 'v1');
  const hybrid = findCgroups([unified, memory]);
  assert.equal(hybrid.layout, 'hybrid');
  assert.equal(hybrid.oomKills('/a'), 1);
  assert.equal(hybrid.runtimePath('/a'), '/a');
});

test('empty groups are removed in every hierarchy, with those below', (t) => {
  const root = folder(t);
  const mounts = ['memory', 'pids'].map((options) => ({ path: join(root, options), type: 'cgroup' as const, options }));
  for (const { path } of mounts) mkdirSync(join(path, 'warder-1', 'agent-0', 'task'), { recursive: true });
  findCgroups(mounts).remove('/warder-1');
  for (const { path } of mounts) assert.equal(existsSync(join(path, 'warder-1')), false);
});

test('no control groups at all', () => {
  const cgroups = findCgroups([]);
  assert.equal(cgroups.layout, 'none');
  assert.deepEqual(cgroups.processes('/x'), []);
});

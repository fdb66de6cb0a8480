/** What the limits of a task enforce, and what it cannot see. Only for engines that claim it. */
import assert from 'node:assert/strict';
import type { Case, World } from './cluster.ts';
import { reserve, task } from './hand.ts';
import { start } from './lifecycle.ts';

const claims = (world: World, kind: World['engine']['capabilities']['isolation'][number]): boolean => {
  if (world.engine.capabilities.isolation.includes(kind)) return true;
  world.context.skip(`the engine does not isolate ${kind}`);
  return false;
};

const eatMemory = 'x=$(head -c 200000000 /dev/zero | tr "\\0" x); echo ${#x}';

const outOfMemory: Case = async (world) => {
  if (!claims(world, 'memory')) return;
  const { hand } = world;
  await start(hand, 'neighbour', 'exec sleep 60');
  await start(hand, 'eater', eatMemory);
  const end = await hand.state('eater', 'FAILED');
  assert.equal(end.exit?.outOfMemory, true);
  assert.match(end.message ?? '', /out of memory: limit 64 MiB/);
  assert.equal((await hand.session.exec('neighbour', ['true'])).exitCode, 0, 'the neighbour lives');
};

const childOutOfMemory: Case = async (world) => {
  if (!claims(world, 'memory')) return;
  const { hand } = world;
  await start(hand, 'a', `sh -c '${eatMemory}'; exit 0`);
  const end = await hand.state('a', 'FINISHED');
  assert.equal(end.exit?.outOfMemory, true);
};

const limitedCpus: Case = async (world) => {
  if (!claims(world, 'cpus')) return;
  const { hand } = world;
  const [offer] = hand.offers();
  assert.ok(offer);
  // Busy for a second of the wall; how long on a cpu is what the limit says.
  const busy =
    'end=$(($(date +%s%N) + 1000000000)); while [ $(date +%s%N) -lt $end ]; do i=0; while [ $i -lt 5000 ]; do i=$((i+1)); done; done; times';
  const reservation = reserve(offer, 'r1', { cpus: 0.2 });
  hand.session.launch({ operationId: 'o1', reservation, tasks: [task('a', busy)] });
  await hand.state('a', 'FINISHED');
  const out = Buffer.from(await collect(hand, 'a')).toString('utf8');
  const seconds = [...out.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
  assert.ok(seconds > 0.02 && seconds < 0.5, `${seconds} seconds on a cpu within one second at 0.2`);
};

const collect = async ({ session }: World['hand'], taskId: string): Promise<Uint8Array> => {
  const signal = new AbortController().signal;
  const parts: Uint8Array[] = [];
  for await (const chunk of session.logs(taskId, { stream: 'stdout', tailBytes: 10_000, follow: false, signal })) {
    parts.push(chunk);
  }
  return Buffer.concat(parts);
};

const ownProcesses: Case = async (world) => {
  if (!claims(world, 'processes')) return;
  const { hand } = world;
  await start(hand, 'other', 'exec sleep 61.5');
  await start(hand, 'a', 'exec sleep 60');
  await hand.state('other', 'RUNNING');
  await hand.state('a', 'RUNNING');
  const script = 'cat /proc/[0-9]*/cmdline | tr "\\0" " "';
  const { stdout } = await hand.session.exec('a', ['sh', '-c', script]);
  assert.match(stdout, /sleep 60/);
  assert.doesNotMatch(stdout, /sleep 61\.5/);
};

const ownFiles: Case = async (world) => {
  if (!claims(world, 'files')) return;
  const { hand } = world;
  await start(hand, 'other', 'echo secret > /tmp/of-other; echo secret > mine; exec sleep 60');
  await start(hand, 'a', 'exec sleep 60');
  await hand.state('other', 'RUNNING');
  await hand.state('a', 'RUNNING');
  const script = [
    'test ! -e /tmp/of-other',
    'test ! -e mine',
    'test "$(id -un)" = nobody',
    '! touch /usr/here 2>/dev/null',
    '! touch /etc/here 2>/dev/null',
    '! touch /here 2>/dev/null',
    'touch /tmp/here',
    'test ! -r /etc/shadow',
  ].join(' && ');
  const { exitCode, stderr } = await hand.session.exec('a', ['sh', '-c', script]);
  assert.equal(exitCode, 0, stderr);
};

const boundProcesses: Case = async (world) => {
  if (!claims(world, 'pids')) return;
  const { hand } = world;
  await start(hand, 'a', 'exec sleep 60');
  await hand.state('a', 'RUNNING');
  const script = 'cat /sys/fs/cgroup/pids/pids.max 2>/dev/null || cat /sys/fs/cgroup/pids.max';
  const { stdout } = await hand.session.exec('a', ['sh', '-c', script]);
  assert.ok(Number(stdout) > 0 && Number(stdout) < 100_000, stdout);
};

export const isolationCases: Readonly<Record<string, Case>> = {
  'a task that goes over its memory is killed and says so, its neighbour lives': outOfMemory,
  'a child that goes over the memory is told of, though the task goes on': childOutOfMemory,
  'a task gets no more of the cpus than its limit': limitedCpus,
  'a task sees only its own processes': ownProcesses,
  'a task sees only its own files, and changes nothing of the host': ownFiles,
  'a task can have only so many processes': boundProcesses,
};

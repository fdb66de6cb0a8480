/** What the limits of a task enforce, and what it cannot see. Only for engines that claim it. */
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
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

const sharedCpus: Case = async (world) => {
  if (!claims(world, 'cpus')) return;
  const { hand } = world;
  const [offer] = hand.offers();
  assert.ok(offer);
  const spinners = Math.max(4, availableParallelism() * 2);
  // Both over the same two seconds, however long one waited for the other to be launched.
  const begin = Math.floor(Date.now() / 1_000) + 3;
  const busy = `
    while [ $(date +%s) -lt ${begin} ]; do sleep 0.02; done
    times
    for each in $(seq ${spinners}); do
      while [ $(date +%s) -lt ${begin + 2} ]; do i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; done &
    done
    wait; times`;
  for (const [id, cpus] of [
    ['light', 0.1],
    ['heavy', 0.8],
  ] as const) {
    const reservation = reserve(offer, `r-${id}`, { cpus });
    hand.session.launch({ operationId: `o-${id}`, reservation, tasks: [task(id, busy)] });
  }
  const seconds = async (id: string): Promise<number> => {
    await hand.state(id, 'FINISHED');
    const out = Buffer.from(await collect(hand, id)).toString('utf8');
    const told = [...out.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => Number(m) * 60 + Number(s));
    const sum = (of: readonly number[]): number => of.reduce((all, each) => all + each, 0);
    // Four times before, four after: what it took to wait for the begin is in both.
    return sum(told.slice(4)) - sum(told.slice(0, 4));
  };
  const [light, heavy] = [await seconds('light'), await seconds('heavy')];
  // One has eight times the weight of the other; the last loop of each ends a little late.
  assert.ok(heavy > 2 * light, `0.8 cpus had ${heavy} s, 0.1 cpus had ${light} s`);
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
  'busy tasks share the cpus by what they reserved': sharedCpus,
  'a task sees only its own processes': ownProcesses,
  'a task sees only its own files, and changes nothing of the host': ownFiles,
  'a task can have only so many processes': boundProcesses,
};

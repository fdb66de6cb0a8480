import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Evaluation } from '@warder/core';
import { exampleState, instance, run, step, task } from './example.ts';
import { viewHealth } from './health.ts';
import { viewInstance } from './pod.ts';
import { viewWhy, waiting } from './why.ts';

const why = (state: ReturnType<typeof exampleState>, trouble?: string) => {
  const items = viewWhy(state, { service: 'prod/kafka', nowMs: 10_000, trouble });
  assert.deepEqual(
    items.map((item) => waiting.parse(item)),
    items,
  );
  return items;
};

test('nothing waits in a service that is as it should be', () => {
  assert.deepEqual(why(exampleState()), []);
});

test('a paused run and a paused phase say by whom, why, since when, and how to go on', () => {
  const paused = { by: 'user', sinceMs: 700, reason: 'lunch' };
  const phases = run('run-2').phases.map((phase) => ({ ...phase, paused: { by: 'warder', sinceMs: 800 } }));
  assert.deepEqual(why(exampleState({ runs: [run('run-2', { plan: 'update', paused, phases })], steps: [] })), [
    {
      what: 'update (run-2)',
      reason: 'paused by user: lunch',
      sinceMs: 700,
      next: 'warder prod/kafka plan resume update',
    },
    {
      what: 'update / broker',
      reason: 'paused by warder',
      sinceMs: 800,
      next: 'warder prod/kafka plan resume update broker',
    },
  ]);
});

test('a step says what it waits for; its command can be copied into a shell', () => {
  const reason = { text: 'partition t-0 would fall below min ISR', sinceMs: 900 };
  const steps = [
    step('run-2', 0),
    step('run-2', 1, { status: 'WAITING', reason }),
    step('run-2', 2, { status: 'PENDING' }),
  ];
  const [held, ...rest] = why(exampleState({ runs: [run('run-2', { plan: 'update' })], steps }));
  assert.deepEqual(rest, [], 'what only comes later does not wait');
  assert.equal(held?.what, 'update / broker / broker-1:[server]');
  assert.equal(held?.reason, reason.text);
  assert.equal(held?.sinceMs, 900);
  assert.match(held?.next ?? '', /warder prod\/kafka plan force-complete update broker 'broker-1:\[server\]'$/);
});

test('a step in error is restarted, one that is not ready has logs', () => {
  const reason = { text: 'the readiness check fails', sinceMs: 900 };
  const steps = [step('run-2', 0, { status: 'ERROR', reason }), step('run-2', 1, { status: 'STARTED', reason })];
  const tasks = [task(0), task(1, { ready: false })];
  assert.deepEqual(
    why(exampleState({ runs: [run('run-2')], steps, tasks })).map((item) => item.next),
    [
      "warder prod/kafka plan restart deploy broker 'broker-0:[server]'",
      'see warder prod/kafka task logs broker-1-server',
    ],
  );
});

test('what has no place says what the agents lack, the same reasons together, the newest of each agent', () => {
  const refuse = (agent: number, reason: string): Evaluation => ({
    atMs: 1,
    instance: 'broker-2',
    agentId: `agent-${agent}`,
    hostname: `host-${agent}`,
    outcome: {
      check: 'agent',
      passed: false,
      reason: 'refused',
      children: [
        { check: 'cpu', passed: true, reason: 'enough cpus', children: [] },
        { check: 'x', passed: false, reason, children: [] },
      ],
    },
  });
  const evaluations = [
    refuse(0, 'an old reason'),
    refuse(0, 'not enough memory'),
    refuse(1, 'the hostname is taken'),
    refuse(2, 'not enough memory'),
  ];
  const steps = [step('run-2', 2, { status: 'PREPARED', startedMs: 400 })];
  const state = exampleState({ runs: [run('run-2')], steps, instances: [instance(0), instance(1)], evaluations });
  state.index.unplaced.add('run-2.0.2');
  const [item] = why(state);
  assert.equal(
    item?.reason,
    'no agent takes broker-2: 2 of 3: not enough memory (host-0, host-2); 1 of 3: the hostname is taken (host-1)',
  );
  assert.equal(item?.sinceMs, 400);
  assert.ok(item?.next?.startsWith('warder prod/kafka debug offers'));
});

test('an instance that waits out a backoff says when it is tried again', () => {
  const backoff = { failures: 3, untilMs: 14_500, lastFailureMs: 9000 };
  const instances = [instance(0, { backoff }), instance(1, { backoff: { ...backoff, untilMs: 9999 } })];
  const tasks = [task(0, { state: 'FAILED', exit: { code: 137, outOfMemory: true } }), task(1)];
  assert.deepEqual(why(exampleState({ instances, tasks })), [
    {
      what: 'broker-0',
      reason:
        'failed 3 times in a row; the next try is in 5 s; the last try: broker-0-server FAILED: out of memory: exit code 137',
      sinceMs: 9000,
      next: 'see warder prod/kafka task logs broker-0-server',
    },
  ]);
});

test('a store that takes no writes holds up everything', () => {
  assert.deepEqual(why(exampleState(), 'the store takes no writes: the disk is full'), [
    {
      what: 'prod/kafka',
      reason: 'the store takes no writes: the disk is full',
      next: 'see the log: warder server logs',
    },
  ]);
});

test('a step that is tried again later says how it failed, and its instance does not say it once more', () => {
  const reason = { text: 'failed 2 times, tries again at noon', sinceMs: 900 };
  const backoff = { failures: 2, untilMs: 20_000, lastFailureMs: 900 };
  const state = exampleState({
    runs: [run('run-2')],
    steps: [step('run-2', 0, { status: 'DELAYED', reason })],
    instances: [instance(0, { backoff })],
    tasks: [task(0, { state: 'DROPPED', message: 'this host has no user kafka' })],
  });
  state.index.owner.set('broker-0', 'run-2.0.0');
  assert.deepEqual(
    why(state).map((item) => item.reason),
    ['failed 2 times, tries again at noon; the last try: broker-0-server DROPPED: this host has no user kafka'],
  );
});

test('a step that waits for its agent says what its operator can do', () => {
  const reason = { text: 'host-1 is drained by its operator', sinceMs: 900 };
  const steps = [step('run-2', 1, { status: 'WAITING', reason })];
  const state = exampleState({ runs: [run('run-2', { plan: 'recovery' })], steps });
  const offer = {
    agentId: 'agent-1',
    hostname: 'host-1',
    address: '127.0.1.1',
    attributes: {},
    state: 'up',
    cpus: 1,
    memoryMiB: 1,
    diskMiB: 1,
    ports: [],
  } as const;
  state.offers.set('agent-1', { ...offer, maintenance: 'drained' });
  assert.equal(
    why(state)[0]?.next,
    'give the agent back: warder agent uncordon agent-1; or start it elsewhere, empty: warder prod/kafka pod replace broker-1',
  );
  state.offers.set('agent-1', { ...offer, state: 'down' });
  assert.match(why(state)[0]?.next ?? '', /if it never comes back: warder agent gone agent-1$/);
});

test('an instance whose agent is down is not well, whatever was known of it last', () => {
  const state = exampleState();
  const offer = {
    agentId: 'agent-1',
    hostname: 'host-1',
    address: '127.0.1.1',
    attributes: {},
    state: 'down',
  } as const;
  state.offers.set('agent-1', { ...offer, cpus: 1, memoryMiB: 1, diskMiB: 1, ports: [] });
  assert.deepEqual(why(state), [
    {
      what: 'broker-1',
      reason: 'agent-1 cannot be reached; what it ran may still run there',
      next: 'bring the agent back; if it never comes back: warder agent gone agent-1',
    },
  ]);
  assert.deepEqual(viewHealth(state), {
    status: 'degraded',
    reasons: ['broker-1-server is on agent-1, which cannot be reached'],
  });
  assert.equal(viewInstance(state, 'broker-1').tasks[0]?.status, 'UNREACHABLE');
});

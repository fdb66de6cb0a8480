import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reservation } from '@warder/core';
import type { EngineEvent, EngineTask, Launch } from '@warder/engine';
import { VirtualClock } from '../clock.ts';
import { quiet } from '../fault.ts';
import type { Faults } from '../fault.ts';
import { Random } from '../random.ts';
import { createAgents } from '../weather.ts';
import { Cluster } from './cluster.ts';

const reservation = (id = 'r1'): Reservation => ({
  id,
  instance: 'node-0',
  agentId: 'agent-0',
  hostname: 'host-0',
  address: '10.0.0.1',
  sets: [{ name: 'main', cpus: 1, memoryMiB: 10, ports: { client: 9_000 }, volumes: [] }],
});

const task = (taskId: string): EngineTask => ({
  taskId,
  name: 'node-0-server',
  resourceSet: 'main',
  cmd: 'serve',
  user: 'nobody',
  env: {},
  files: [],
  artifacts: [],
  rlimits: [],
  vips: [],
  graceMs: 1_000,
});

const launch = (operationId: string, taskId: string, id = 'r1'): Launch => ({
  operationId,
  reservation: reservation(id),
  tasks: [task(taskId)],
});

function open(faults: Partial<Faults> = {}) {
  const clock = new VirtualClock(0);
  const random = new Random(1);
  const nothing = (): void => {};
  const cluster = new Cluster({
    clock,
    random,
    faults: () => ({ ...quiet, ...faults }),
    agents: createAgents(random, 2, 1),
    trace: nothing,
  });
  const tenant = cluster.tenant({ launching: nothing, killing: nothing, releasing: nothing, trace: nothing });
  const events: EngineEvent[] = [];
  tenant.listen((event) => events.push(event));
  const pass = (): void => {
    while (clock.fire());
  };
  const statuses = (): readonly string[] =>
    events.flatMap((event) => (event.type === 'status' ? [`${event.status.taskId} ${event.status.state}`] : []));
  const answers = (): readonly string[] =>
    events.flatMap((event) => (event.type === 'operation' ? [`${event.operationId} ${event.ok}`] : []));
  return { cluster, tenant, events, pass, statuses, answers };
}

test('a launch is answered, then runs; the same operation again does nothing twice', () => {
  const { tenant, pass, statuses, answers } = open();
  tenant.launch(launch('op1', 't1'));
  tenant.launch(launch('op1', 't1'));
  pass();
  assert.deepEqual(answers(), ['op1 true', 'op1 true']);
  assert.equal(tenant.live().length, 1);
  assert.equal(statuses().at(-1), 't1 RUNNING');
});

test('what another reservation holds is refused, and the offer is sent again', () => {
  const { tenant, events, pass, answers } = open();
  tenant.launch(launch('op1', 't1'));
  pass();
  events.length = 0;
  tenant.launch(launch('op2', 't2', 'r2'));
  pass();
  assert.deepEqual(answers(), ['op2 false']);
  assert.ok(events.some((event) => event.type === 'offer' && event.offer.agentId === 'agent-0'));
});

test('a release fails while a task runs and succeeds when it has ended', () => {
  const { tenant, pass, answers } = open();
  tenant.launch(launch('op1', 't1'));
  pass();
  tenant.release('op2', reservation());
  tenant.kill('t1', 1_000);
  pass();
  tenant.release('op3', reservation());
  pass();
  assert.deepEqual(answers(), ['op1 true', 'op2 false', 'op3 true']);
  assert.equal(tenant.reservations.size, 0);
});

test('a lost agent hides its tasks, which go on, and shows them when it is back', () => {
  const { cluster, tenant, pass, statuses } = open();
  tenant.launch(launch('op1', 't1'));
  pass();
  const agent = cluster.agents.get('agent-0');
  assert.ok(agent !== undefined);
  cluster.lose(agent);
  tenant.kill('t1', 1_000);
  pass();
  assert.equal(statuses().at(-1), 't1 UNREACHABLE');
  assert.equal(tenant.live().length, 1, 'it did not hear the kill');
  cluster.bringBack(agent);
  pass();
  assert.equal(statuses().at(-1), 't1 RUNNING');
});

test('reconciling tells what is, ends what nobody knows and gives its place back', () => {
  const { tenant, pass, statuses } = open();
  tenant.launch(launch('op1', 't1'));
  pass();
  tenant.reconcile(['other'], []);
  pass();
  assert.ok(statuses().includes('other LOST'));
  assert.equal(tenant.live().length, 0);
  assert.equal(tenant.reservations.size, 0);
});

test('a lost status is told again', () => {
  const { tenant, pass, statuses } = open({ statusLost: 0.7 });
  tenant.launch(launch('op1', 't1'));
  pass();
  assert.equal(statuses().at(-1), 't1 RUNNING');
});

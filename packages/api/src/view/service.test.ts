import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDebug, taskStatuses, viewPlanDebug, viewTaskStatuses } from './debug.ts';
import { endpointNames, endpointView, viewEndpoint } from './endpoint.ts';
import { ended, exampleState, instance, run, step, task } from './example.ts';
import { healthHttpStatus, viewHealth } from './health.ts';
import { instanceNames, podStatus, viewPods } from './pod.ts';
import { reservationView, viewReservations } from './reservation.ts';
import { serviceView, viewService } from './service.ts';
import { propertiesOf, zoneAt, zoneOf, zonesByTask } from './state.ts';
import { findTask, taskView, viewTasks } from './task.ts';

test('health: healthy, deploying, degraded, uninstalling', () => {
  assert.deepEqual(viewHealth(exampleState()), { status: 'healthy', reasons: [] });

  const rolling = exampleState({
    runs: [run('run-2', { plan: 'update' })],
    steps: [step('run-2', 0, { status: 'STARTED' })],
  });
  assert.deepEqual(viewHealth(rolling), { status: 'deploying', reasons: ['update (run-2) is STARTED'] });

  const lost = [task(0), task(1, { state: 'FAILED' }), task(2, { healthy: false })];
  const recovering = exampleState({
    runs: [run('run-2', { plan: 'recovery' })],
    steps: [step('run-2', 1, { status: 'DELAYED' })],
    tasks: lost,
  });
  assert.deepEqual(viewHealth(recovering), {
    status: 'degraded',
    reasons: ['broker-1-server FAILED', 'broker-2-server is not healthy'],
  });

  const missing = viewHealth(exampleState({ tasks: [task(0), task(1)] }));
  assert.deepEqual(missing.reasons, ['broker-2-server was never launched']);

  const first = { name: 'first', pod: 'broker', steps: [{ kind: 'launch', index: 0, tasks: ['server'] }] } as const;
  const deploy = { name: 'deploy', strategy: 'serial', phases: [{ ...first, strategy: 'serial' }] } as const;
  const some = viewHealth(exampleState({ tasks: [task(0)], plans: [deploy] }));
  assert.equal(some.status, 'healthy', 'what only another plan launches is not missed');

  const stuck = exampleState({ runs: [run('run-2')], steps: [step('run-2', 0, { status: 'ERROR' })] });
  assert.deepEqual(viewHealth(stuck), { status: 'degraded', reasons: ['deploy (run-2) has errors'] });

  assert.equal(viewHealth(exampleState({ uninstalling: true })).status, 'uninstalling');
  assert.equal(viewHealth(exampleState(), 'the store takes no writes').status, 'degraded');
});

test('health as HTTP status', () => {
  const all = ['healthy', 'deploying', 'uninstalling', 'degraded'] as const;
  assert.deepEqual(all.map(healthHttpStatus), [200, 202, 202, 503]);
});

test('pods are in the order of the spec and of their numbers', () => {
  const state = exampleState({ instances: [11, 2, 0].map((index) => instance(index)), tasks: [task(2)] });
  const view = viewPods(state, 'prod/kafka');
  assert.deepEqual(podStatus.parse(view), view);
  assert.deepEqual(instanceNames(state), ['broker-0', 'broker-2', 'broker-11']);
  assert.deepEqual(view.pods[0]?.instances[1]?.tasks, [{ id: task(2).id, name: 'broker-2-server', status: 'RUNNING' }]);
});

test('tasks are found by full name and by id', () => {
  const state = exampleState();
  assert.equal(findTask(state, 'broker-1-server')?.id, task(1).id);
  assert.equal(findTask(state, task(1).id)?.instance, 'broker-1');
  assert.equal(findTask(state, 'broker-7-server'), undefined);
});

test('a task shows where it is, its ports and how it ended', () => {
  const exit = { code: 137, outOfMemory: true };
  const [view] = viewTasks(exampleState({ tasks: [task(1, { state: 'FAILED', exit })] }));
  assert.deepEqual(taskView.parse(view), view);
  assert.deepEqual(
    [view?.address, view?.hostname, view?.ports, view?.exit],
    ['127.0.1.1', 'host-1', { broker: 9001, jmx: 7000 }, exit],
  );
});

test('endpoints are the advertised ports of running tasks, and their VIP', () => {
  const state = exampleState({ tasks: [task(0), task(1, { state: 'FAILED' }), task(2)] });
  assert.deepEqual(endpointNames(state), ['kafka']);
  const view = viewEndpoint(state, 'kafka', [{ prefix: 'kafka', port: 9092, address: '127.0.0.9', backends: [] }]);
  assert.deepEqual(endpointView.parse(view), view);
  assert.deepEqual(view, { dns: [], address: ['127.0.1.0:9000', '127.0.1.2:9002'], vip: '127.0.0.9:9092' });
  assert.equal(viewEndpoint(state, 'jmx', []), undefined, 'it is not advertised');
});

test('progress of runs and what is reserved', () => {
  const state = exampleState({
    runs: [run('run-1', { ended }), run('run-2', { plan: 'update' })],
    steps: [step('run-2', 0), step('run-2', 1, { status: 'STARTED' }), step('run-2', 2, { status: 'PENDING' })],
  });
  const plans = viewPlanDebug(state, {});
  assert.deepEqual(planDebug.parse(plans), plans);
  assert.deepEqual([plans.schedulerState, plans.activePlans], ['DEPLOYING', ['update']]);
  assert.deepEqual([plans.plans[1]?.totalSteps, plans.plans[1]?.completedSteps], [3, 1]);
  const reservations = viewReservations(state);
  assert.deepEqual(
    reservations.map((view) => reservationView.parse(view)),
    reservations,
  );
  assert.equal(reservations.length, 3);
});

test('debugging one part of a plan: its phases, its steps, the tasks of those', () => {
  const state = exampleState();
  const [only] = viewPlanDebug(state, { plan: 'deploy', phase: 'broker', step: 'broker-1:[server]' }).plans;
  assert.deepEqual([only?.phases[0]?.totalSteps, only?.phases[0]?.steps], [1, []]);
  assert.deepEqual(viewPlanDebug(state, { plan: 'delpoy' }).plans, []);
  const statuses = viewTaskStatuses(state, { step: 'broker-1:[server]' });
  assert.deepEqual(taskStatuses.parse(statuses), statuses);
  const { id, state: taskStatus } = task(1);
  const found = [{ name: 'broker-1-server', taskId: id, taskStatus }];
  assert.deepEqual(statuses, { deploy: { broker: { 'broker-1:[server]': found } } });
  const work = { kind: 'call', procedure: 'greet', args: {}, live: false } as const;
  const calls = viewTaskStatuses(exampleState({ steps: [step('run-1', 0, { work })] }), {});
  assert.deepEqual(calls, { deploy: { broker: { 'broker-0:[server]': [] } } }, 'a step without an instance has none');
});

test('what is paused says so: on its way down, down, and on its way up again', () => {
  const paused = { by: 'ann', sinceMs: 1, tasks: ['server'] };
  const instances = [instance(0, { paused }), instance(1, { paused }), instance(2)];
  const tasks = [task(0), task(1, { state: 'KILLED' }), task(2, { state: 'STAGING', ready: false })];
  const resume = run('run-2', {
    plan: 'resume',
    phases: [{ name: 'broker-2', strategy: 'serial', stepIds: ['run-2.0.2'] }],
  });
  const state = exampleState({
    runs: [resume],
    steps: [step('run-2', 2, { status: 'STARTED' })],
    instances,
    tasks,
  });
  const [pod] = viewPods(state, 'kafka').pods;
  assert.deepEqual(
    pod?.instances.map((view) => [view.tasks[0]?.status, view.paused?.by]),
    [
      ['PAUSING', 'ann'],
      ['PAUSED', 'ann'],
      ['RESUMING', undefined],
    ],
  );
});

test('files of zones: of a task, of an address, of none', () => {
  const place = instance(0).reservation;
  assert.ok(place !== undefined);
  const instances = [instance(0, { reservation: { ...place, attributes: { zone: 'west' } } }), instance(1)];
  const state = exampleState({ instances });
  assert.deepEqual(zonesByTask(state), { 'broker-0-server': 'west' });
  assert.equal(zoneOf(state, 'broker-0-server'), 'west');
  assert.equal(zoneOf(state, 'broker-1-server'), undefined, 'its agent tells none');
  assert.equal(zoneAt(state, 'broker', '127.0.1.0'), 'west');
  assert.equal(zoneAt(state, 'other', '127.0.1.0'), undefined);
  assert.deepEqual(Object.keys(propertiesOf(state)).slice(0, 2), ['name', 'uid']);
});

test('a service that could not be opened is listed with its error', () => {
  const error = { code: 'package-broken', message: 'no such file', next: 'install it again' };
  const view = viewService({ name: 'kafka', error });
  assert.deepEqual(serviceView.parse(view), view);
  assert.deepEqual([view.status, view.reasons, view.error], ['failed', ['no such file'], error]);
});

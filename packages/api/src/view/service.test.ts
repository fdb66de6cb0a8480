import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDebug, reservationView, viewPlanDebug, viewReservations } from './debug.ts';
import { endpointNames, endpointView, viewEndpoint } from './endpoint.ts';
import { ended, exampleState, instance, run, step, task } from './example.ts';
import { healthHttpStatus, viewHealth } from './health.ts';
import { instanceNames, podStatus, viewPods } from './pod.ts';
import { serviceView, viewService } from './service.ts';
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
  const plans = viewPlanDebug(state);
  assert.deepEqual(planDebug.parse(plans), plans);
  assert.deepEqual(plans.activePlans, ['update']);
  assert.deepEqual([plans.plans[1]?.totalSteps, plans.plans[1]?.completedSteps], [3, 1]);
  const reservations = viewReservations(state);
  assert.deepEqual(
    reservations.map((view) => reservationView.parse(view)),
    reservations,
  );
  assert.equal(reservations.length, 3);
});

test('a service that could not be opened is listed with its error', () => {
  const error = { code: 'package-broken', message: 'no such file', next: 'install it again' };
  const view = viewService({ name: 'kafka', error });
  assert.deepEqual(serviceView.parse(view), view);
  assert.deepEqual([view.status, view.reasons, view.error], ['failed', ['no such file'], error]);
});

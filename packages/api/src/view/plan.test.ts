import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ended, exampleState, run, step } from './example.ts';
import { planHttpStatus, planNames, viewPlan } from './plan.ts';
import { runSummary, runView, viewRuns } from './run.ts';

const demand = (state: ReturnType<typeof exampleState>, plan: string) => {
  const view = viewPlan(state, plan, ['made'], 0);
  assert.ok(view !== undefined);
  assert.deepEqual(runView.parse(view), view, 'a view is what its schema says, and no more');
  return view;
};

test('lists deploy, the plans of the spec and what ran, each once', () => {
  const state = exampleState({ runs: [run('run-1', { ended }), run('run-2', { plan: 'update' })] });
  assert.deepEqual(planNames(state, ['made', 'backup']), ['deploy', 'backup', 'made', 'update']);
});

test('a complete run is 200, one on its way 202, one with errors 417', () => {
  assert.equal(planHttpStatus(demand(exampleState(), 'deploy')), 200);

  const waiting = { text: 'partition t-1 would fall below min ISR', sinceMs: 300 };
  const steps = [
    step('run-2', 0),
    step('run-2', 1, { status: 'WAITING', reason: waiting }),
    step('run-2', 2, { status: 'PENDING' }),
  ];
  const rolling = exampleState({ runs: [run('run-2', { plan: 'update' })], steps });
  const view = demand(rolling, 'update');
  assert.equal(planHttpStatus(view), 202);
  assert.equal(view.status, 'WAITING');
  assert.equal(view.phases[0]?.id, 'run-2.0');
  assert.equal(view.phases[0]?.steps[1]?.message, waiting.text);
  assert.equal(demand(rolling, 'run-2').id, 'run-2', 'a run is found by its id too');

  const broken = [step('run-1', 0, { status: 'ERROR', reason: { text: 'no such template', sinceMs: 1 } })];
  const failed = demand(exampleState({ runs: [run('run-1')], steps: broken }), 'deploy');
  assert.equal(planHttpStatus(failed), 417);
  assert.deepEqual(failed.errors, ['broker-0:[server]: no such template']);
});

test('shows the newest run of a plan', () => {
  const state = exampleState({ runs: [run('run-9', { ended }), run('run-10', { ended })], steps: [] });
  assert.equal(demand(state, 'deploy').id, 'run-10');
});

test('a plan that never ran is PENDING and empty; a plan that is not there is not', () => {
  assert.equal(demand(exampleState(), 'made').status, 'PENDING', 'the code of the package makes it');
  const view = demand(exampleState(), 'backup');
  assert.deepEqual([view.status, view.phases, view.strategy], ['PENDING', [], 'parallel']);
  assert.equal(planHttpStatus(view), 202);
  assert.equal(viewPlan(exampleState(), 'bakcup', [], 0), undefined);
});

test('runs are listed with how they ended', () => {
  const state = exampleState({ runs: [run('run-1', { ended: { ...ended, how: 'SUPERSEDED' } }), run('run-2')] });
  const views = viewRuns(state);
  assert.deepEqual(
    views.map((view) => runSummary.parse(view)),
    views,
  );
  assert.deepEqual(
    views.map(({ id, status }) => `${id} ${status}`),
    ['run-1 SUPERSEDED', 'run-2 COMPLETE'],
  );
});

test('what a call answered is shown; arguments for code are not repeated where they are long', () => {
  const call = (args: unknown) => ({ kind: 'call', procedure: 'move', args, live: false }) as const;
  const long = { rows: Array.from({ length: 1_000 }, (_, at) => at) };
  const steps = [
    step('run-1', 0, { work: call({ rate: 5 }), result: { moved: 3 } }),
    step('run-1', 1, { work: call(long), result: null }),
  ];
  const [first, second] = demand(exampleState({ runs: [run('run-1')], steps }), 'deploy').phases[0]?.steps ?? [];
  assert.deepEqual(first?.work.kind === 'call' && first.work.args, { rate: 5 });
  assert.deepEqual(first?.result, { moved: 3 });
  assert.equal(second?.work.kind === 'call' && second.work.args, `${JSON.stringify(long).length} characters`);
  assert.ok(second !== undefined && !('result' in second));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { StepRecord, Work } from '../record/step.ts';
import { emptyState } from '../state.ts';
import { estimate, historyOf } from './estimate.ts';
import type { Timed, TimedStep } from './estimate.ts';

const launch = (instance: string, replace = false): Work => ({
  kind: 'launch',
  instance,
  tasks: ['server'],
  configId: 'config-1',
  restart: false,
  replace,
  force: false,
});
const stepOf = (instance: string): TimedStep => ({ name: `${instance}:[server]`, work: launch(instance) });

type Done = { readonly name?: string; readonly work: Work; readonly ms: number } & Partial<StepRecord>;

/** A state whose runs did these steps, one run each, the oldest first. */
function stateOf(done: readonly Done[]) {
  const state = emptyState();
  for (const [at, { ms, ...step }] of done.entries()) {
    const id = `run-${at}`;
    state.runs.set(id, {
      id,
      plan: 'deploy',
      cause: { by: 'test', text: '', diff: [] },
      strategy: 'serial',
      phases: [{ name: 'phase', strategy: 'serial', stepIds: [`${id}.0.0`] }],
      configId: 'config-1',
      createdMs: 0,
    });
    const name = 'instance' in step.work ? `${step.work.instance}:[server]` : 'step';
    state.steps.set(`${id}.0.0`, {
      id: `${id}.0.0`,
      runId: id,
      name,
      status: 'COMPLETE',
      diff: [],
      deferred: false,
      attempts: 1,
      passed: [],
      startedMs: 1_000,
      endedMs: 1_000 + ms,
      ...step,
    });
  }
  return state;
}

const history = (done: readonly Done[]) => historyOf(stateOf(done));
const runOf = (strategy: Timed['strategy'], ...phases: readonly Partial<Timed['phases'][number]>[]): Timed => ({
  strategy,
  phases: phases.map((phase, at) => ({ name: `phase-${at}`, strategy: 'serial', steps: [], ...phase })),
});

test('the median of the steps of that name, else of those that do the same to the same pod', () => {
  const known = history([
    { work: launch('node-0'), ms: 10 },
    { work: launch('node-0'), ms: 1_000 },
    { work: launch('node-0'), ms: 30 },
    { work: launch('other-0'), ms: 7 },
  ]);
  const steps = [stepOf('node-0'), stepOf('node-1'), stepOf('third-0')];
  assert.deepEqual(estimate(known, runOf('serial', { steps }), 0), { ms: 60, byName: 1, byKind: 1, unknown: 1 });
});

test('what was never done has no time; nor has what was forced, found done, or waits for a person', () => {
  const steps = [stepOf('node-0')];
  assert.equal(estimate(history([]), runOf('serial', { steps }), 0), undefined);
  const forced = { by: 'ann', ms: 0, risk: '' };
  const useless = history([
    { work: launch('node-0'), ms: 5, forced },
    { work: launch('node-0'), ms: 0, attempts: 0 },
    { work: launch('node-0'), ms: 5, status: 'STARTED' },
    { work: launch('node-0', true), ms: 90 },
  ]);
  assert.equal(estimate(useless, runOf('serial', { steps }), 0), undefined);
  const approve: TimedStep = { name: 'sure', work: { kind: 'approve', text: 'sure?' } };
  assert.deepEqual(estimate(history([]), runOf('serial', { steps: [approve] }), 0), {
    ms: 0,
    byName: 0,
    byKind: 0,
    unknown: 0,
  });
});

test('what is done takes no more time, what has begun the rest of it, and a soak at least what is left of it', () => {
  const known = history([{ work: launch('node-0'), ms: 100 }]);
  const begun = { ...stepOf('node-0'), status: 'STARTED' as const, startedMs: 1_000 };
  const msOf = (step: TimedStep, nowMs: number) => estimate(known, runOf('serial', { steps: [step] }), nowMs)?.ms;
  assert.equal(msOf({ ...begun, status: 'COMPLETE' }, 1_030), 0);
  assert.equal(msOf(begun, 1_030), 70);
  assert.equal(msOf(begun, 9_000), 0);
  const soaks = { ...begun, work: { ...launch('node-0'), soakMs: 500 } as Work };
  assert.equal(msOf(soaks, 1_030), 500);
  assert.equal(msOf({ ...soaks, soakingMs: 1_100 }, 1_400), 200);
});

test('phases of a dependency plan take as long as the longest way through them', () => {
  const known = history([
    { work: launch('a-0'), ms: 10 },
    { work: launch('b-0'), ms: 20 },
    { work: launch('c-0'), ms: 5 },
  ]);
  const phase = (name: string, ...after: readonly string[]) => ({ name, after, steps: [stepOf(`${name}-0`)] });
  const ms = (...phases: readonly ReturnType<typeof phase>[]) => estimate(known, runOf('dependency', ...phases), 0)?.ms;
  assert.equal(ms(phase('a'), phase('b'), phase('c', 'a')), 20);
  assert.equal(ms(phase('a'), phase('b', 'a'), phase('c', 'a', 'b')), 35);
  assert.equal(ms(phase('a', 'b'), phase('b', 'a')), 30, 'a circle ends');
});

test('the steps of one instance come one after the other in a parallel phase too', () => {
  const known = history([
    { work: launch('node-0'), ms: 10 },
    { work: launch('node-1'), ms: 15 },
  ]);
  const steps = [stepOf('node-0'), stepOf('node-1'), stepOf('node-0')];
  const ms = (strategy: Timed['phases'][number]['strategy']) =>
    estimate(known, runOf('serial', { strategy, steps }), 0)?.ms;
  assert.deepEqual([ms('serial'), ms('parallel'), ms('parallel-canary')], [35, 20, 35]);
});

test('laws: serial is the sum, parallel the longest, a canary first and then the rest', () => {
  const times = fc.array(fc.nat(10_000), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(times, fc.nat(7), (all, complete) => {
      const known = history(all.map((ms, at) => ({ work: launch(`node-${at}`), ms })));
      const steps = all.map((_, at) => stepOf(`node-${at}`));
      const ms = (strategy: Timed['phases'][number]['strategy'], these = steps) =>
        estimate(known, runOf('serial', { strategy, steps: these }), 0)?.ms;
      const total = all.reduce((sum, one) => sum + one, 0);
      assert.equal(ms('serial'), total);
      assert.equal(ms('serial-canary'), total);
      assert.equal(ms('parallel'), Math.max(...all));
      assert.equal(ms('parallel-canary'), (all[0] ?? 0) + Math.max(0, ...all.slice(1)));
      const fewer = steps.map((step, at) => (at === complete ? { ...step, status: 'COMPLETE' as const } : step));
      for (const strategy of ['serial', 'parallel', 'serial-canary', 'parallel-canary'] as const) {
        assert.ok((ms(strategy, fewer) ?? 0) <= (ms(strategy) ?? 0), 'a step less never takes longer');
      }
      const phases = steps.map((step) => ({ steps: [step] }));
      assert.equal(estimate(known, runOf('serial', ...phases), 0)?.ms, total);
      assert.equal(estimate(known, runOf('parallel', ...phases), 0)?.ms, Math.max(...all));
    }),
    { numRuns: 200 },
  );
});

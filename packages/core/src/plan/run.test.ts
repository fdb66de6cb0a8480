import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleConfig, examplePod, exampleTask, Play, withPlans } from '../example.ts';
import type { NewConfig } from '../request/configure.ts';
import type { PhaseSpec, PlanSpec, StepSpec } from '../spec/plan.ts';

const version = (text: string): NewConfig =>
  exampleConfig([
    examplePod({
      count: 2,
      gates: { stop: ['safe'], replace: [], start: [] },
      tasks: [exampleTask({ env: { VERSION: text } })],
    }),
  ]);

test('a configuration that a step is to launch is kept, also where its run began with another one', () => {
  const play = new Play();
  play.ask({ type: 'configure', config: version('1') });
  play.settle();
  play.ask({ type: 'pod-restart', instance: 'node-1', force: false });
  const [step] = play.steps('restart');
  assert.ok(step?.work.kind === 'launch');
  play.ask({ type: 'configure', config: version('2') });
  const configId = play.state.service?.targetConfigId ?? '';
  // As it does when its instance has got a newer configuration while the step waited.
  play.state.steps.set(step.id, { ...step, work: { ...step.work, configId } });
  for (let at = 3; at < 40; at += 1) play.ask({ type: 'configure', config: version(String(at)) });
  assert.equal(play.state.configs.size, 20);
  assert.ok(play.state.configs.has(configId));
});

const call = (name: string): StepSpec => ({ kind: 'call', name, procedure: name });

/** Starts a plan, and answers each of its calls with the phases of that name, as long as there are any. */
function growing(
  plan: Pick<PlanSpec, 'strategy' | 'phases'>,
  added: Readonly<Record<string, readonly PhaseSpec[]>>,
  last: Readonly<Record<string, readonly PhaseSpec[]>> = {},
): { readonly calls: readonly string[]; readonly play: Play } {
  const play = new Play();
  play.ask({ type: 'configure', config: withPlans(version('1'), { name: 'grow', ...plan }) });
  play.settle();
  assert.equal(play.ask({ type: 'plan-start', plan: 'grow' }).ok, true);
  const calls: string[] = [];
  for (let action = play.open.shift(); action !== undefined; action = play.open.shift()) {
    if (action.type !== 'call') continue;
    const { stepId, procedure } = action;
    calls.push(procedure);
    const more = { phases: added[procedure] ?? [], last: last[procedure] ?? [] };
    play.tell({ type: 'result', stepId, result: { ok: true, value: null, ...more } });
    play.restart();
  }
  assert.equal(play.run('grow').ended?.how, 'COMPLETE');
  return { calls, play };
}

const phases = (...names: readonly string[]): readonly PhaseSpec[] =>
  names.map((name) => ({ name, strategy: 'serial', steps: name.split('').map(call) }));

test('phases that a step adds come right after its own, those of an earlier step first, and theirs in turn', () => {
  const added = { a: phases('x', 'y'), b: phases('z'), x: phases('p'), z: phases('q') };
  const { calls, play } = growing({ strategy: 'serial', phases: phases('ab', 'c') }, added);
  assert.equal(calls.join(''), 'abxpyzqc');
  assert.deepEqual(
    play.run('grow').phases.map(({ name }) => name),
    ['ab', 'x', 'p', 'y', 'z', 'q', 'c'],
  );
  const ids = play.run('grow').phases.flatMap(({ stepIds }) => stepIds);
  assert.equal(new Set(ids).size, ids.length, 'no id is given twice');
  const id = `${play.run('grow').id}.1`;
  const answer = play.ask({ type: 'plan-restart', plan: 'grow', phase: id });
  assert.match(answer.message, /starts again/);
  assert.deepEqual(
    play.steps('grow').map(({ name }) => name),
    ['c'],
    'a phase is named by the number in the ids of its steps',
  );
});

test('or at the end of the run, where that is asked for', () => {
  const { calls } = growing({ strategy: 'serial', phases: phases('ab', 'c') }, { b: phases('y') }, { a: phases('x') });
  assert.equal(calls.join(''), 'abycx');
});

test('where phases depend on each other, what depends on the phase of the step depends on what it adds', () => {
  const [a, b, c] = phases('a', 'b', 'c');
  assert.ok(a !== undefined && b !== undefined && c !== undefined);
  const plan = { strategy: 'dependency' as const, phases: [{ ...c, after: ['b'] }, { ...b, after: ['a'] }, a] };
  const { calls } = growing(plan, { a: phases('x', 'c'), b: phases('y') }, { a: phases('l') });
  assert.equal(calls.filter((name) => name !== 'l').join(''), 'axcbyc');
  assert.deepEqual([calls[0], calls.length], ['a', 7]);
});

test('where they are parallel, they begin at once', () => {
  const { calls } = growing({ strategy: 'parallel', phases: phases('a', 'b') }, { a: phases('x') });
  assert.deepEqual(new Set(calls), new Set(['a', 'b', 'x']));
});

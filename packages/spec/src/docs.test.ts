/** What docs/service-yml.md shows works as it stands there. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { ServiceSpec } from '@warder/core';
import { compiled } from './build/test-compile.ts';
import { parsePlacement } from './language/placement.ts';
import { parsePlainSpec } from './parse-spec.ts';
import type { ParsedSpec } from './parse-spec.ts';
import { formatProblem } from './problem.ts';

const manual = readFileSync(join(import.meta.dirname, '../../../docs/service-yml.md'), 'utf8');

const blockWith = (language: string, words: string): string => {
  const blocks = [...manual.matchAll(/```(\w+)\n(.*?)```/gs)].map(([, kind, text = '']) => ({ kind, text }));
  const found = blocks.find(({ kind, text }) => kind === language && text.includes(words));
  return found?.text ?? assert.fail(`no example with ${words}`);
};

const right = (text: string): ParsedSpec => {
  const parsed = parsePlainSpec(text, 'docs/service-yml.md', () => undefined);
  assert.ok('spec' in parsed, 'problems' in parsed ? parsed.problems.map(formatProblem).join('\n') : '');
  return parsed;
};

test('the first example is a service', () => {
  const { spec, notices } = right(blockWith('yaml', 'name: my-service'));
  assert.deepEqual([spec.pods[0]?.count, notices], [3, []]);
});

test('the example of plans is right', () => {
  const task = (name: string): string => `${name}: {goal: ONCE, cmd: x, cpus: 0.1}`;
  const tasks = ['format', 'server', 'agent'].map(task).join(', ');
  const { spec, notices } = right(`${blockWith('yaml', 'strategy: dependency')}
name: s
pods: {node: {count: 3, tasks: {${tasks}}}}
`);
  assert.deepEqual(notices, []);
  const [nodes, check] = spec.plans[0]?.phases ?? [];
  const show = (steps: NonNullable<typeof nodes>['steps'] = []): readonly string[] =>
    steps.map((step) =>
      `${step.index ?? '-'} ${step.kind} ${step.kind === 'launch' ? step.tasks.join('+') : ''}`.trim(),
    );
  assert.deepEqual(show(nodes?.steps), [
    '0 launch format',
    '0 launch server',
    '0 call',
    '1 launch server+agent',
    '1 call',
    '2 launch server+agent',
    '2 call',
  ]);
  assert.deepEqual([check?.pod, check?.after, show(check?.steps)], [undefined, ['nodes'], ['- wait', '- approve']]);
});

test('plans without deploy are right', () => {
  const pods = 'pods: {a: {count: 1, tasks: {t: {goal: ONCE, cmd: x, cpus: 0.1}}}}';
  const { spec } = right(`name: s\n${pods}\nplans: {sidecar: {phases: {p: {pod: a, steps: [{default: [[t]]}]}}}}\n`);
  assert.deepEqual(
    spec.plans.map(({ name }) => name),
    ['sidecar'],
  );
});

test('the spellings of placement are right', () => {
  const texts = [...blockWith('yaml', 'hostname:UNIQUE,').matchAll(/^placement: '(.*?)'(?: #|$)/gm)].map(
    ([, text = '']) => text,
  );
  assert.equal(texts.length, 4);
  for (const text of texts) assert.ok('value' in parsePlacement(text), text);
});

test('the example in TypeScript is compiled and run', async (t) => {
  const source = blockWith('ts', 'defineService(');
  const here = join(import.meta.dirname, 'build/index.ts');
  const { spec } = await compiled<{ readonly spec: ServiceSpec }>(t, source.replace("'@warder/sdk/spec'", `'${here}'`));
  assert.equal(spec.pods[0]?.tasks[0]?.configs[0]?.template, 'id={{POD_INSTANCE_INDEX}}');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigContents } from '@warder/core';
import type { MadeRecipe, MadeStep } from './package/plan.ts';
import { resolveStages, StageRefused, type StageTools } from './staged.ts';

const target: ConfigContents = {
  spec: { name: 'demo', user: 'nobody', pods: [], plans: [] },
  given: { a: 1 },
  options: { a: 1 },
  packageVersion: '1',
  version: '1.0',
};

const tools = (refused: readonly string[] = []): StageTools => ({
  configOf: async ({ options = {}, version }, from) => ({
    ...from,
    given: { ...from.given, ...options },
    options: { ...from.options, ...options },
    version: version ?? from.version,
  }),
  refusals: async () => refused,
});

const recipe = (...steps: readonly MadeStep[]): MadeRecipe => ({
  strategy: 'serial',
  phases: [
    { name: 'a', strategy: 'serial', steps },
    { name: 'b', strategy: 'serial', steps: [{ kind: 'configure', name: 'last', change: { options: { c: 3 } } }] },
    { name: 'c', strategy: 'serial', pod: 'node' },
  ],
});

const first: MadeStep = {
  kind: 'configure',
  name: 'first',
  change: { version: '2.0', options: { b: 2 } },
  oneWay: 'so',
};

test('changes add up, stage after stage and phase after phase; the rest stays as it is', async () => {
  const approve: MadeStep = { kind: 'approve', name: 'sure', text: 'sure?' };
  const { phases } = await resolveStages(recipe(first, approve), target, tools());
  const [one, other] = phases[0]?.steps ?? [];
  assert.ok(one?.kind === 'configure');
  assert.deepEqual([one.oneWay, one.config.version, one.config.given], ['so', '2.0', { a: 1, b: 2 }]);
  assert.equal(other, approve);
  const last = phases[1]?.steps?.[0];
  assert.ok(last?.kind === 'configure');
  assert.deepEqual([last.config.version, last.config.options], ['2.0', { a: 1, b: 2, c: 3 }]);
  assert.deepEqual(phases[2], { name: 'c', strategy: 'serial', pod: 'node' });
});

test('a stage that the package refuses, or that nobody can make, is named', async () => {
  await assert.rejects(resolveStages(recipe(first), target, tools(['no way'])), (error) => {
    assert.ok(error instanceof StageRefused);
    assert.equal(error.message, 'first: no way');
    return true;
  });
  const none = { ...tools(), configOf: undefined };
  await assert.rejects(resolveStages(recipe(first), target, none), /nobody here can make the configuration of first/);
});

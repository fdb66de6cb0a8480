import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { partitionName } from '../balance/model.ts';
import { propose } from '../balance/proposal.ts';
import { anyModel } from '../balance/test-model.ts';
import { movePhases } from './phases.ts';
import type { MoveArgs } from './steps.ts';
import { movesOf } from './table.ts';

const namesIn = (args: unknown): readonly string[] => movesOf((args as MoveArgs).moves).map(partitionName);

test('for any proposal: each move once, throttled before and cleaned up after all of them', () => {
  fc.assert(
    fc.property(anyModel, fc.option(fc.constant(1_000), { nil: undefined }), (model, rate) => {
      const proposal = propose(model);
      if ('refused' in proposal) return;
      const { moves, leaders } = proposal;
      const work = { model: { ...model, leaders: new Map<string, number>() }, moves, leaders };
      const { phases } = movePhases({ ...work, ...(rate === undefined ? {} : { rate }) });
      const batches = phases.filter(({ name }) => name.startsWith('batch-'));
      const made = batches.flatMap(({ steps: [begin] = [] }) => (begin?.kind === 'call' ? namesIn(begin.args) : []));
      assert.deepEqual(made.toSorted(), moves.map(partitionName).toSorted());
      for (const { steps: [begin, wait] = [] } of batches)
        assert.ok(begin?.kind === 'call' && wait?.kind === 'wait' && begin.args === wait.args);
      assert.equal(phases[0]?.name === 'throttle', rate !== undefined && moves.length > 0);
      const last = phases.at(-1);
      assert.equal(last?.cleanup === true, moves.length > 0);
      const [clean] = last?.steps ?? [];
      if (moves.length > 0) assert.ok(clean?.kind === 'call' && namesIn(clean.args).length === moves.length);
      assert.ok(phases.slice(0, -1).every(({ cleanup }) => cleanup === undefined));
      assert.equal(phases.length === 0, moves.length + leaders.length === 0);
      assert.equal(new Set(phases.map(({ name }) => name)).size, phases.length);
    }),
  );
});

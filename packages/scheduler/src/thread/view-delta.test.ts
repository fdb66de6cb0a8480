import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { InstanceView, ServiceView } from '../package/view.ts';
import { applyDelta, deltaOf } from './view-delta.ts';

const spec = { name: 'demo', user: 'nobody', pods: [], plans: [] };
const others = { ...spec, user: 'root' };
const options = {};

const instance = fc.record({ name: fc.constantFrom('a-0', 'a-1', 'a-2'), index: fc.nat(3) });
const made = instance.map(({ name, index }): InstanceView => ({ name, pod: 'a', index, ports: {}, tasks: [] }));
/** As the scheduler makes them: what has not changed is the same object. */
const pool = fc.array(made, { minLength: 1, maxLength: 6 });
const history = pool.chain((known) =>
  fc.array(
    fc
      .record({
        instances: fc.array(fc.constantFrom(...known), { maxLength: 8 }),
        spec: fc.constantFrom(spec, others),
        version: fc.constantFrom('1', '2'),
      })
      .map((view): ServiceView => ({ ...view, name: 'demo', uid: 'demo', options })),
    { minLength: 1, maxLength: 6 },
  ),
);

test('law: what a thread has after each delta is the view that was sent', () => {
  fc.assert(
    fc.property(history, (views) => {
      let sent: ServiceView | undefined;
      let has: ServiceView | undefined;
      for (const view of views) {
        // As it crosses: nothing is shared.
        has = applyDelta(has, structuredClone(deltaOf(view, sent)));
        sent = view;
        assert.deepEqual(has, view);
      }
    }),
  );
});

test('what has not changed is not sent again, and what was given out does not change', () => {
  const instances = Array.from({ length: 1_000 }, (_, index) => ({
    name: `a-${index}`,
    pod: 'a',
    index,
    ports: {},
    tasks: [],
  }));
  const view: ServiceView = { name: 'demo', uid: 'demo', version: '1', options, spec, instances };
  const first = applyDelta(undefined, deltaOf(view, undefined));
  assert.deepEqual(deltaOf(view, view), { uid: 'demo', length: 1_000, changed: [] });
  const moved = { ...instances[7], name: 'a-7', pod: 'a', index: 7, ports: { http: 1 }, tasks: [] };
  const next = { ...view, instances: instances.with(7, moved) };
  const delta = deltaOf(next, view);
  assert.deepEqual(delta, { uid: 'demo', length: 1_000, changed: [[7, moved]] });
  assert.deepEqual(applyDelta(first, delta).instances[7], moved);
  assert.deepEqual(first.instances[7], instances[7]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InOrder } from './in-order.ts';

/** A promise of an act that says its name, to be kept when the test wants. */
function later(done: string[], name: string): { readonly promise: Promise<() => void>; readonly keep: () => void } {
  const { promise, resolve } = Promise.withResolvers<() => void>();
  return { promise, keep: () => resolve(() => void done.push(name)) };
}

test('what need not wait is done at once', () => {
  const done: string[] = [];
  const order = new InOrder();
  order.add(() => void done.push('a'));
  assert.deepEqual(done, ['a']);
});

test('nothing overtakes what waits, whichever is ready first', async () => {
  const done: string[] = [];
  const order = new InOrder();
  const [first, second] = [later(done, 'first'), later(done, 'second')];
  order.add(first.promise);
  order.add(() => void done.push('between'));
  order.add(second.promise);
  order.add(() => void done.push('last'));
  second.keep();
  await second.promise;
  assert.equal(done.length, 0);
  first.keep();
  await first.promise;
  await second.promise;
  assert.deepEqual(done, ['first', 'between', 'second', 'last']);
  order.add(() => void done.push('after'));
  assert.equal(done.at(-1), 'after');
});

test('closed, it does nothing any more', async () => {
  const done: string[] = [];
  const order = new InOrder();
  const waits = later(done, 'waits');
  order.add(waits.promise);
  order.add(() => void done.push('next'));
  order.close();
  waits.keep();
  await waits.promise;
  assert.deepEqual(done, []);
});

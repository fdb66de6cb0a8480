/** @module What every store must do. A new kind of store runs this suite from its test file. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Store } from './store.ts';

export type StoreSuite = {
  readonly name: string;
  /** A new, empty store. */
  readonly open: () => Promise<Store>;
  /** The same store again after it was closed; absent for one that keeps nothing. */
  readonly reopen?: (closed: Store) => Promise<Store>;
};

const KiB = 1024;

export function storeSuite({ name, open, reopen }: StoreSuite): void {
  const paths = async (store: Store, prefix = ''): Promise<readonly string[]> =>
    (await store.load(prefix)).map((record) => record.path);

  describe(`store: ${name}`, () => {
    test('gives back what was committed, in the order of the paths', async () => {
      const store = await open();
      await store.commit(['b/2', 'a/1', 'b/10', 'b/1'].map((path) => ({ path, value: { path } })));
      assert.deepEqual(await store.load('b/'), [
        { path: 'b/1', value: { path: 'b/1' } },
        { path: 'b/10', value: { path: 'b/10' } },
        { path: 'b/2', value: { path: 'b/2' } },
      ]);
      await store.close();
    });

    test('orders paths by their bytes', async () => {
      const store = await open();
      const inOrder = ['', 'A', 'a', 'é', '\uffee', '\u{1f600}'].map((letter) => `x/${letter}`);
      await store.commit(inOrder.toReversed().map((path) => ({ path, value: 1 })));
      assert.deepEqual(await paths(store, 'x/'), inOrder);
      await store.close();
    });

    test('keeps services apart whose names begin alike', async () => {
      const store = await open();
      const all = ['service/a/run/1', 'service/a/service', 'service/ab/service', 'service/a%2Fb/service'];
      await store.commit(all.map((path) => ({ path, value: path })));
      assert.deepEqual(await paths(store, 'service/a/'), ['service/a/run/1', 'service/a/service']);
      assert.deepEqual(await paths(store, 'service/ab/'), ['service/ab/service']);
      assert.deepEqual(await paths(store, 'service/abc/'), []);
      assert.equal((await paths(store)).length, all.length);
      await store.close();
    });

    test('the characters that databases search with are ordinary ones', async () => {
      const store = await open();
      await store.commit(['p_%*?[/1', 'pxx/1', "p';--/1"].map((path) => ({ path, value: path })));
      assert.deepEqual(await paths(store, 'p_%*?[/'), ['p_%*?[/1']);
      assert.deepEqual(await paths(store, "p';--/"), ["p';--/1"]);
      await store.close();
    });

    test('deletes what has no value, and keeps null, false and 0', async () => {
      const store = await open();
      const values = [null, false, 0, '', [], {}];
      await store.commit(values.map((value, index) => ({ path: `v/${index}`, value })));
      await store.commit([{ path: 'v/5' }, { path: 'v/never-there' }, { path: 'v/4', value: undefined }]);
      assert.deepEqual(
        (await store.load('v/')).map((record) => record.value),
        [null, false, 0, ''],
      );
      await store.close();
    });

    test('the last change of a path in one commit counts', async () => {
      const store = await open();
      await store.commit([{ path: 'a', value: 1 }, { path: 'b', value: 1 }, { path: 'a' }, { path: 'b', value: 2 }]);
      assert.deepEqual(await store.load(''), [{ path: 'b', value: 2 }]);
      await store.close();
    });

    test('a commit that fails changes nothing', async () => {
      const store = await open();
      await store.commit([{ path: 'a', value: 1 }]);
      const endless: Record<string, unknown> = {};
      endless['self'] = endless;
      await assert.rejects(
        store.commit([
          { path: 'a', value: 2 },
          { path: 'b', value: 2 },
          { path: 'c', value: endless },
        ]),
      );
      await store.commit([{ path: 'd', value: 3 }]);
      assert.deepEqual(await store.load(''), [
        { path: 'a', value: 1 },
        { path: 'd', value: 3 },
      ]);
      await store.close();
    });

    test('what was loaded is not what is kept: changing it changes nothing', async () => {
      const store = await open();
      const given = { list: [1] };
      await store.commit([{ path: 'a', value: given }]);
      given.list.push(2);
      const [loaded] = await store.load('a');
      assert.ok(loaded !== undefined);
      Object.assign(Object(loaded.value), { list: 'gone' });
      assert.deepEqual(await store.load('a'), [{ path: 'a', value: { list: [1] } }]);
      await store.close();
    });

    test('takes big values and many records in one commit', async () => {
      const store = await open();
      const text = `${'é"\\\u0000\ud800'.repeat(1000)}${'x'.repeat(8 * KiB * KiB)}`;
      await store.commit([{ path: 'big', value: text }]);
      await store.commit(Array.from({ length: 20_000 }, (_, n) => ({ path: `many/${n}`, value: { n } })));
      assert.equal((await store.load('big'))[0]?.value, text);
      assert.equal((await store.load('many/')).length, 20_000);
      await store.close();
    });

    test('commits that are not awaited one by one are all there, in order', async () => {
      const store = await open();
      await Promise.all(Array.from({ length: 50 }, (_, n) => store.commit([{ path: 'last', value: n }])));
      assert.deepEqual(await store.load('last'), [{ path: 'last', value: 49 }]);
      await store.close();
    });

    test('refuses everything after it was closed; closing twice is harmless', async () => {
      const store = await open();
      await store.close();
      await store.close();
      await assert.rejects(store.commit([{ path: 'a', value: 1 }]), { code: 'store-closed' });
      await assert.rejects(store.load(''), { code: 'store-closed' });
    });

    test('is the same after it was closed and opened again', async (t) => {
      if (reopen === undefined) return t.skip('this store keeps nothing after it is closed');
      const first = await open();
      await first.commit([
        { path: 'a', value: { deep: [1, { two: null }] } },
        { path: 'b', value: 'b' },
      ]);
      await first.commit([{ path: 'b' }]);
      await first.close();
      const second = await reopen(first);
      assert.deepEqual(await second.load(''), [{ path: 'a', value: { deep: [1, { two: null }] } }]);
      await second.commit([{ path: 'c', value: 1 }]);
      await second.close();
      const third = await reopen(second);
      assert.deepEqual(await paths(third), ['a', 'c']);
      await third.close();
    });
  });
}

/** docs/sdk.md shows this package: what it shows is what is tested. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as testing from '@warder/sdk/testing';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const page = read('../../sdk.md');

test('every piece of code on the page is in the package, word for word', () => {
  const pieces = [...page.matchAll(/^```ts (\S+)\n(.*?)^```$/gms)];
  assert.ok(pieces.length >= 10);
  for (const [, file = '', text = ''] of pieces) {
    assert.ok(read(`../${file}`).includes(text), `docs/sdk.md shows what is not in ${file}:\n${text}`);
  }
  assert.equal(pieces.length, [...page.matchAll(/^```ts/gm)].length, 'a piece names its file');
});

test('every word of the test kit is on the page', () => {
  const words = [...Object.keys(testing.send), ...Object.keys(testing.expect)];
  assert.deepEqual(
    words.filter((word) => !page.includes(`\`${word}\``)),
    [],
  );
});

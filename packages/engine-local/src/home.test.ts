import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { fileName, openHome } from './home.ts';
import { lockHome } from './lock.ts';
import { openLocalEngine } from './local-engine.ts';
import { makeHome, quietLog } from './testing.ts';

test('ids become names of files: themselves where they can, distinct always', () => {
  assert.equal(fileName('kafka__broker-0-server__1'), 'kafka__broker-0-server__1');
  const strange = [
    'prod/kafka',
    'prod.kafka',
    'prod\0kafka',
    '..',
    '.',
    '../x',
    'a'.repeat(300),
    `${'a'.repeat(300)}b`,
    '',
  ];
  const names = strange.map(fileName);
  assert.equal(new Set(names).size, strange.length);
  for (const name of names) assert.match(name, /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}$/);
});

test('two homes have different kernel objects, one home always the same', (t) => {
  const [one, other] = [makeHome(), makeHome()];
  t.after(() => [one, other].forEach((home) => rmSync(home, { recursive: true })));
  assert.notEqual(openHome(one).hash, openHome(other).hash);
  assert.equal(openHome(one).hash, openHome(`${one}/`).hash);
});

test('a home has one engine at a time', async (t) => {
  const home = makeHome();
  t.after(() => rmSync(home, { recursive: true }));
  const lock = lockHome(openHome(home));
  await assert.rejects(openLocalEngine({ home, log: quietLog }), {
    code: 'engine-home-in-use',
    message: new RegExp(`in use by process ${process.pid}`),
  });
  lock.release();
  const engine = await openLocalEngine({ home, log: quietLog });
  await engine.close();
});

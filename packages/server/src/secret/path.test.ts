import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demandSecretPath } from './path.ts';

for (const path of ['a', 'hello-world/secret1', 'prod/team_a/db.password', '__dcos_base64__keystore', '0/1']) {
  test(`${path} is a path`, () => demandSecretPath(path));
}
for (const path of ['', '/a', 'a/', 'a//b', '../a', 'a/..', '.a', '-a', 'a b', 'a\nb', 'ä', 'a%2Fb', 'x'.repeat(201)]) {
  test(`${JSON.stringify(path.slice(0, 10))} is no path`, () =>
    assert.throws(() => demandSecretPath(path), { code: 'secret-path-invalid', status: 400 }));
}

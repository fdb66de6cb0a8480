import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mayRead } from './secret.ts';

const readable: readonly (readonly [service: string, path: string, may: boolean])[] = [
  ['kafka', 'password', true],
  ['kafka', 'kafka/password', true],
  ['kafka', 'kafka-2/password', false],
  ['kafka-2', 'kafka/password', false],
  ['kafka', 'kafka/inner/password', false],
  ['prod/kafka', 'prod/password', true],
  ['prod/kafka', 'prod/kafka/password', true],
  ['prod/kafka', 'prod/other/password', false],
  ['production', 'prod/password', false],
  ['/prod/kafka', 'prod/password', true],
];
for (const [service, path, may] of readable) {
  test(`${service} may ${may ? '' : 'not '}read ${path}`, () => assert.equal(mayRead(service, path), may));
}

test('law: a service may read a path exactly when every folder of it is the same folder of the service', () => {
  const parts = fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(parts, parts, (service, path) => {
      const folders = path.slice(0, -1);
      const expected = folders.every((folder, at) => service[at] === folder);
      assert.equal(mayRead(service.join('/'), path.join('/')), expected);
    }),
  );
});

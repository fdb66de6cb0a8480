import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { seal, unseal } from './seal.ts';

const key = randomBytes(32);

test('law: what was sealed opens as it was, and never twice the same way', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (value, path) => {
      const sealed = seal(key, path, value);
      assert.deepEqual(new Uint8Array(unseal(key, path, sealed)), value);
      assert.notEqual(seal(key, path, value), sealed);
    }),
  );
});

test('law: it does not open with another key, under another path, or with a changed byte', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.nat(), (value, place) => {
      const sealed = seal(key, 'a/b', value);
      assert.throws(() => unseal(randomBytes(32), 'a/b', sealed));
      assert.throws(() => unseal(key, 'a/c', sealed));
      const bytes = Buffer.from(sealed, 'base64');
      const at = place % bytes.length;
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      assert.throws(() => unseal(key, 'a/b', bytes.toString('base64')));
    }),
  );
});

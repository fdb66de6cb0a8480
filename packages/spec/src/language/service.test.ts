import assert from 'node:assert/strict';
import test from 'node:test';
import { formatSpecSchema, specSchema } from './service.ts';

test('the JSON Schema for editors is plain data, closed, and knows the language', () => {
  assert.deepEqual(JSON.parse(formatSpecSchema()), specSchema);
  const text = formatSpecSchema();
  for (const key of ['kill-grace-period', 'resource-sets', 'max-consecutive-failures', 'advertise', 'procedure']) {
    assert.ok(text.includes(`"${key}"`), key);
  }
  const objects = [...text.matchAll(/"properties"/g)].length;
  assert.equal([...text.matchAll(/"additionalProperties": false/g)].length, objects, 'no object takes unknown keys');
});

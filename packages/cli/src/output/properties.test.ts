import assert from 'node:assert/strict';
import { test } from 'node:test';
import { propertyLines } from './properties.ts';

test('a map is a property a line, escaped as Java reads it', () => {
  assert.deepEqual(
    propertyLines(
      { 'bootstrap.servers': '10.0.0.1:9092,10.0.0.2:9092', 'a b': ' c:=\\d', é: 'ü\n', n: 3, l: ['x', 'y'] },
      'e',
    ),
    ['bootstrap.servers=10.0.0.1:9092,10.0.0.2:9092', 'a\\ b=\\ c:=\\\\d', '\\u00e9=\\u00fc\\n', 'n=3', 'l=x,y'],
  );
});

test('anything else is one property of the name of the endpoint', () => {
  assert.deepEqual(propertyLines('h:1', 'bootstrap'), ['bootstrap=h:1']);
  assert.deepEqual(propertyLines(['a', 'b'], 'nodes'), ['nodes=a,b']);
});

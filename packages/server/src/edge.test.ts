import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demandEdge } from './edge.ts';

const from = (packageVersion: string, downgradesTo?: readonly string[]) => ({
  packageVersion,
  ...(downgradesTo === undefined ? {} : { downgradesTo }),
});
const to = (version: string, upgradesFrom?: readonly string[]) => ({
  name: 'demo',
  version,
  ...(upgradesFrom === undefined ? {} : { upgradesFrom }),
});

test('the same version, and whatever nobody says anything about, is allowed', () => {
  demandEdge('a', from('1.0.0', []), to('1.0.0', []));
  demandEdge('a', from('1.0.0'), to('2.0.0'));
  demandEdge('a', from('2.0.0'), to('1.0.0'));
});

test('up goes by what the new package takes over from, with patterns', () => {
  demandEdge('a', from('1.9.3', []), to('1.10.0', ['1.9.*']));
  demandEdge('a', from('0.1.0'), to('1.10.0', ['*']));
  assert.throws(() => demandEdge('a', from('1.8.0'), to('1.10.0', ['1.9.0', '1.9.1'])), {
    code: 'package-edge',
    status: 409,
    message: 'a is made of demo 1.8.0 and cannot become 1.10.0: demo 1.10.0 takes over from 1.9.0, 1.9.1 only',
    next: 'put one in between that does: demo in one of the versions 1.9.0, 1.9.1',
  });
});

test('down goes by what the old package goes back to', () => {
  demandEdge('a', from('1.10.0', ['1.9.*']), to('1.9.3', []));
  assert.throws(() => demandEdge('a', from('1.10.0', []), to('1.9.3', ['*'])), {
    code: 'package-edge',
    message: /demo 1\.10\.0 goes back to no other version/,
    next: 'install another service and move to it',
  });
});

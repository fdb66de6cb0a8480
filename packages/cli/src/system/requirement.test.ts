import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aptCommand } from './apt.ts';
import { findProgram, javaMajor, missingOf, requirementsNamed } from './requirement.ts';

test('the version of Java, of the new and the old numbering', () => {
  assert.equal(javaMajor('openjdk version "17.0.13" 2024-10-15'), 17);
  assert.equal(javaMajor('openjdk version "21" 2023-09-19'), 21);
  assert.equal(javaMajor('java version "1.8.0_392"'), 8);
  assert.equal(javaMajor('command not found'), 0);
});

test('a program is found on the PATH, folders of it only', () => {
  assert.match(findProgram('sh') ?? '', /\/sh$/);
  assert.equal(findProgram('no-such-program-here'), undefined);
  assert.equal(findProgram('passwd', ''), undefined);
});

test('what is missing, and the command that brings it', async () => {
  const [java] = requirementsNamed(['java']);
  assert.ok(java !== undefined);
  const absent = { ...java, isThere: async () => false };
  assert.deepEqual(await missingOf([absent, { ...java, isThere: async () => true }]), [absent]);
  assert.equal(aptCommand(['runc', 'maven'], false), 'sudo apt-get install -y runc maven');
  assert.deepEqual(requirementsNamed(['unheard-of']), []);
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { parse } from 'yaml';
import { breachOf } from '../dcos/rule.ts';
import { parsePlainSpec } from '../parse-spec.ts';
import { fixtureSamples, ownSamples, skip, template } from '../test-fixture.ts';
import { isRecord } from '../template/lookup.ts';
import { formatReference } from './reference.ts';
import { formatSpecSchema, specSchema } from './service.ts';

const docs = join(import.meta.dirname, '../../../../docs');

test('what is published of the language is true', () => {
  const anew = 'write it anew: npm run schema';
  assert.equal(readFileSync(join(docs, 'service.schema.json'), 'utf8'), formatSpecSchema(), anew);
  const [, keys = ''] = readFileSync(join(docs, 'service-yml.md'), 'utf8').split('## Every key\n');
  assert.equal(keys.trim(), formatReference().trim(), anew);
});

test('the JSON Schema is closed, and says of every key what it is', () => {
  const open: string[] = [];
  const walk = (schema: unknown, path: string): void => {
    if (!isRecord(schema)) return;
    const { properties, additionalProperties, anyOf, items } = schema;
    if (isRecord(properties)) {
      if (additionalProperties !== false) open.push(`${path} takes unknown keys`);
      for (const [key, inner] of Object.entries(properties)) {
        if (isRecord(inner) && typeof inner['description'] !== 'string') open.push(`${path}.${key} is not described`);
        walk(inner, `${path}.${key}`);
      }
    }
    walk(additionalProperties, `${path}.*`);
    walk(items, `${path}[]`);
    if (Array.isArray(anyOf)) for (const each of anyOf) walk(each, path);
  };
  walk(specSchema, 'service');
  assert.deepEqual(open, []);
});

const breach = (text: string): string | undefined => {
  const found = breachOf(specSchema, parse(text));
  return found && `${found.path.join('.')}: ${found.keyword}`;
};

test('what the language accepts, the JSON Schema accepts', (t) => {
  const samples = [...ownSamples(), ...(skip === false ? fixtureSamples() : [])];
  let accepted = 0;
  for (const { name, text } of samples) {
    if ('problems' in parsePlainSpec(text, name, () => template)) continue;
    assert.equal(breach(text), undefined, name);
    accepted += 1;
  }
  assert.ok(accepted >= 3);
  t.diagnostic(`${accepted} specs${skip === false ? '' : `; ${skip}`}`);
});

test('the JSON Schema refuses what an editor can know to be wrong', () => {
  const task = '{goal: RUNNING, cmd: x, cpus: 1}';
  const pod = (more: string, t = task): string => `{name: s, pods: {a: {count: 1, tasks: {t: ${t}}, ${more}}}}`;
  assert.equal(breach(pod('')), undefined);
  for (const wrong of [
    '{name: s}',
    pod('palcement: x'),
    pod('ipc-mode: SHARE_PARENT'),
    pod('networks: {dcos: {host-ports: [0]}}'),
    pod('secrets: {s: {file: x}}'),
    pod('', '{goal: RUN, cmd: x}'),
    pod('', '{goal: RUNNING, cmd: x, cpus: 0}'),
    pod('', '{goal: RUNNING, cmd: x, volume: {path: a/b, type: ROOT, size: 1}}'),
    '{name: s, pods: {a: {count: 1, tasks: {}}}}',
    `${pod('').slice(0, -1)}, plans: {p: {phases: {x: {strategy: sequential}}}}}`,
    `${pod('').slice(0, -1)}, plans: {p: {phases: {x: {steps: [halt]}}}}}`,
  ]) {
    assert.ok(breach(wrong), wrong);
  }
});

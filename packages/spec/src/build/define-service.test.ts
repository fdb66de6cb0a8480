/** The two ways to say a spec come to the same: every fixture is printed as TypeScript, compiled, run and compared. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import type { TestContext } from 'node:test';
import type { Rule } from '@warder/core';
import { parse } from 'yaml';
import { specSchema } from '../language/service.ts';
import type { ServiceInput } from '../language/service.ts';
import { parsePlainSpec } from '../parse-spec.ts';
import { isRecord } from '../template/lookup.ts';
import { fixtureSamples, ownSamples, skip, template } from '../test-fixture.ts';
import type { Sample } from '../test-fixture.ts';
import { compiled } from './test-compile.ts';
import { defineService, SpecError } from './define-service.ts';
import { fromPlain } from './plain.ts';

const readTemplate = (): string => template;

/** Every template that a spec may name, whatever it is called. */
const templatesOf = (input: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries([...JSON.stringify(input).matchAll(/"template":"([^"]*)"/g)].map(([, name]) => [name, template]));

const inputOf = ({ text }: Sample): unknown => fromPlain(withoutMeaningless(parse(text)), specSchema);

/** What has no effect cannot be said in TypeScript. */
const withoutMeaningless = (spec: unknown): unknown => {
  if (!isRecord(spec)) return spec;
  const { scheduler, pods } = spec;
  return {
    ...spec,
    ...(isRecord(scheduler) ? { scheduler: without(scheduler, ['principal', 'zookeeper']) } : {}),
    ...(isRecord(pods)
      ? {
          pods: Object.fromEntries(
            Object.entries(pods).map(([name, pod]) => [name, without(pod, ['user', 'container'])]),
          ),
        }
      : {}),
  };
};

const without = (value: unknown, keys: readonly string[]): unknown =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key))) : value;

const asSource = (samples: readonly Sample[]): string => `
import type { ServiceInput } from '${join(import.meta.dirname, '../language/service.ts')}';
export const inputs: Readonly<Record<string, ServiceInput>> = {
${samples.map((sample) => `  ${JSON.stringify(sample.name)}: ${JSON.stringify(inputOf(sample), null, 2)},`).join('\n')}
};
`;

const compare = async (t: TestContext, samples: readonly Sample[]): Promise<void> => {
  const { inputs } = await compiled<{ readonly inputs: Readonly<Record<string, ServiceInput>> }>(t, asSource(samples));
  for (const { name, text } of samples) {
    const fromYaml = parsePlainSpec(text, name, readTemplate);
    assert.ok('spec' in fromYaml, name);
    const input = inputs[name] ?? assert.fail(name);
    assert.deepEqual(defineService(input, { templates: templatesOf(input) }), fromYaml.spec, name);
  }
};

test('TypeScript gives the same spec as YAML, whatever is said', async (t) => {
  await compare(t, ownSamples());
});

test('TypeScript gives the same spec as YAML for every valid fixture', { skip }, async (t) => {
  const valid = fixtureSamples().filter(({ text }) => 'spec' in parsePlainSpec(text, 'x', readTemplate));
  assert.ok(valid.length > 40);
  await compare(t, valid);
});

test('what is refused as YAML is refused as TypeScript, for the same reasons', { skip }, () => {
  let refused = 0;
  for (const sample of fixtureSamples()) {
    const parsed = parsePlainSpec(sample.text, 'x', readTemplate);
    if ('spec' in parsed) continue;
    const input = inputOf(sample);
    const told = parsed.problems.map(({ code, path }) => `${code} ${path}`);
    assert.throws(
      // It is no input, as the compiler would say.
      () => defineService(input as ServiceInput, { templates: templatesOf(input) }),
      (error) => {
        assert.ok(error instanceof SpecError);
        assert.deepEqual(
          error.problems.map(({ code, path }) => `${code} ${path}`).toSorted(),
          told.toSorted(),
          sample.name,
        );
        return true;
      },
    );
    refused += 1;
  }
  assert.ok(refused >= 15);
});

test('all problems are told at once, with their paths', () => {
  const input = { name: 's', pods: { a: { count: -1, tasks: { t: { goal: 'RUN', cmd: 'x', cpus: 1, memry: 5 } } } } };
  assert.throws(
    () => defineService(input as unknown as ServiceInput),
    (error) => {
      assert.ok(error instanceof SpecError);
      assert.match(error.message, /^pods\.a\.count: .*\(out-of-range\)\n {2}next: /);
      assert.match(error.message, /pods\.a\.tasks\.t\.memry: .*\n {2}next: did you mean `memory`\?/);
      return true;
    },
  );
});

test('a placement is a text as in YAML, or a rule', () => {
  const rule = { kind: 'not', rule: { kind: 'near', pod: 'a', together: true } } as const;
  const placed = (placement: string | Rule): unknown =>
    defineService({
      name: 's',
      pods: { a: { count: 1, placement, tasks: { t: { goal: 'RUNNING', cmd: 'x', cpus: 1 } } } },
    }).pods[0]?.placement;
  assert.deepEqual(placed(rule), rule);
  assert.deepEqual(placed('zone:UNIQUE'), { kind: 'max-per', field: 'zone', max: 1 });
});

test('the compiler knows the language', () => {
  const task = { goal: 'RUNNING', cmd: 'x', cpus: 1 } as const;
  // @ts-expect-error a pod needs a count
  assert.throws(() => defineService({ name: 's', pods: { a: { tasks: { t: task } } } }));
  // @ts-expect-error there is no such key
  assert.throws(() => defineService({ name: 's', pods: { a: { count: 1, tasks: { t: { ...task, killgrace: 1 } } } } }));
  // @ts-expect-error a goal is one of three words
  assert.throws(() => defineService({ name: 's', pods: { a: { count: 1, tasks: { t: { ...task, goal: 'RUN' } } } } }));
  // @ts-expect-error what has no effect is not offered
  defineService({ name: 's', scheduler: { principal: 'p' }, pods: { a: { count: 1, tasks: { t: task } } } });
});

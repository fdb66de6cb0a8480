import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { formatProblem } from '../problem.ts';
import { sourceOf } from '../source.ts';
import { render, renderKnown, renderTemplate } from './render.ts';
import type { View } from './lookup.ts';

const textOf = (template: string, view: View): string => {
  const result = renderTemplate(template, view, 'a.txt');
  assert.ok('text' in result, 'problems' in result ? result.problems.map(formatProblem).join('\n') : '');
  return result.text;
};

const problemsOf = (template: string, view: View): readonly string[] => {
  const result = renderTemplate(template, view, 'a.txt');
  return 'problems' in result ? result.problems.map((problem) => formatProblem(problem)) : [];
};

test('variables are filled in without HTML escaping', () => {
  assert.equal(textOf('{{a}} {{{a}}} {{&a}} {{b.c}}', { a: '<"&">', b: { c: 3 } }), '<"&"> <"&"> <"&"> 3');
});

test('what has no value yet can be left for a program that has it later', () => {
  const known = renderKnown('{{a}} {{LATER}} {{{LATER}}} {{#NEVER}}x{{/NEVER}}', { a: 1 });
  assert.deepEqual(known, { text: '1 {{LATER}} {{LATER}} ', left: ['LATER'] });
  const never = renderKnown('{{LATER}} {{peers.none}}', {});
  assert.ok('problems' in never);
  assert.deepEqual(
    never.problems.map(({ path }) => path),
    ['peers.none'],
  );
});

test('maps and lists print as JSON, null as nothing, booleans as words', () => {
  assert.equal(
    textOf('{{a}}|{{b}}|{{c}}|{{d}}', { a: { x: [1] }, b: ['y'], c: null, d: false }),
    '{"x":[1]}|["y"]||false',
  );
});

test('the words true and false act as booleans in sections', () => {
  const template = '{{#a}}yes{{/a}}{{^a}}no{{/a}}';
  for (const yes of ['true', true, 'x', 1, 0, { b: 1 }]) assert.equal(textOf(template, { a: yes }), 'yes');
  for (const no of ['false', false, '', null, []]) assert.equal(textOf(template, { a: no }), 'no');
  assert.equal(textOf(template, {}), 'no', 'a section may ask for what is not there');
});

test('a list is written item by item, and outer names are seen from within', () => {
  assert.equal(
    textOf('{{#l}}{{n}}={{{v}}}{{s}}{{/l}}', {
      s: ';',
      l: [
        { n: 'a', v: 1 },
        { n: 'b', v: 2 },
      ],
    }),
    'a=1;b=2;',
  );
  assert.equal(textOf('{{#l}}{{.}},{{/l}}', { l: [1, 2] }), '1,2,');
});

test('lines that hold only a section tag vanish', () => {
  assert.equal(textOf('a\n  {{#x}}\n  b\n  {{/x}}\nc\n', { x: true }), 'a\n  b\nc\n');
});

test('each unknown variable is told once, with its place and the nearest name', () => {
  const view = { hello: { count: 1 }, l: [1, 2] };
  assert.deepEqual(problemsOf('x\n {{hello.cuont}}\n{{#l}}{{zzzzzz}}{{/l}}', view), [
    'a.txt:2:2: `hello.cuont` has no value here (template-variable)\n  next: did you mean `hello.count`?',
    'a.txt:3:7: `zzzzzz` has no value here (template-variable)\n  next: use one of `hello.count`, `l`',
  ]);
});

test('what every object inherits is nobody’s variable', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'a.length']) {
    assert.equal(problemsOf(`{{${name}}}`, { a: 'x' }).length, 1, name);
  }
});

test('syntax errors point at the tag that began it', () => {
  const places = ['a\n{{#x}}\nb', 'a\n  {{/x}}', 'a\n {{x', '{{#x}}\n{{#y}}\n{{/x}}', '\n{{>part}}'];
  const found = places.map((template) => problemsOf(template, {})[0]?.split(' ')[0]);
  assert.deepEqual(found, ['a.txt:2:1:', 'a.txt:2:3:', 'a.txt:2:2:', 'a.txt:2:1:', 'a.txt:2:1:']);
});

/** Templates with plain text, tags and nested sections, always well formed. */
const template = fc.letrec<{ part: string; whole: string }>((tie) => ({
  part: fc.oneof(
    fc.stringMatching(/^[a-c :\n-]{0,8}$/),
    fc.constantFrom('{{a}}', '{{{b}}}', '{{unknown}}', '  {{! note }}\n'),
    fc
      .tuple(fc.constantFrom('#', '^'), fc.constantFrom('t', 'f', 'l'), tie('whole'))
      .map(([kind, name, inner]) => `{{${kind}${name}}}${inner}{{/${name}}}`),
  ),
  whole: fc.array(tie('part'), { maxLength: 5, depthIdentifier: 'd' }).map((parts) => parts.join('')),
})).whole;

test('law: every rendered character that is not a value comes from the same character of the template', () => {
  fc.assert(
    fc.property(template, (text) => {
      const rendered = render(sourceOf(text, 'x'), { a: '1', b: '2\n3', t: true, f: false, l: [1, 2] });
      assert.ok('text' in rendered);
      for (let offset = 0; offset < rendered.text.length; offset += 1) {
        const from = rendered.sourceOffset(offset);
        assert.ok(text.startsWith('{{', from) || text[from] === rendered.text[offset]);
      }
    }),
  );
});

test('law: a template without tags renders to itself, and positions stay where they are', () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !text.includes('{{')),
      (text) => {
        const rendered = render(sourceOf(text, 'x'), {});
        assert.ok('text' in rendered);
        assert.equal(rendered.text, text);
        for (let offset = 0; offset < text.length; offset += 1) assert.equal(rendered.sourceOffset(offset), offset);
      },
    ),
  );
});

test('law: no text makes the renderer throw, and what it refuses has a place in the text', () => {
  const part = fc.constantFrom(
    '{{',
    '}}',
    '{{{',
    '}}}',
    '{{#a}}',
    '{{^a}}',
    '{{/a}}',
    '{{>a}}',
    '{{=| |=}}',
    'a',
    ' ',
    '\n',
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(part).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const result = renderTemplate(text, { a: 'x' }, 'a.txt');
      for (const { where } of 'problems' in result ? result.problems : []) {
        assert.ok(where && where.line <= text.split('\n').length);
      }
    }),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonOption } from './command.ts';
import { CliError } from './exit.ts';
import { openTerminal } from './output/terminal.ts';
import { parse, type Declaration } from './parse.ts';

const declaration: Declaration = {
  name: 'warder package install',
  summary: 'install a package',
  args: [
    { name: 'package', summary: 'which' },
    { name: 'rest', summary: 'more', optional: true, variadic: true },
  ],
  options: [
    { flags: '-s, --set <option=value>', summary: 'one option', repeat: true },
    { flags: '--no-wait', summary: 'do not wait' },
    { flags: '--tail <bytes>', summary: 'how much', default: '10' },
    jsonOption,
  ],
  details: 'Example:\n  warder package install kafka',
};

function terminal() {
  let text = '';
  return { out: openTerminal({ write: (more) => (text += more) }, {}), text: () => text };
}

test('arguments and options', () => {
  const input = parse(declaration, ['kafka', '--set', 'a=1', '-s', 'b=2', '--json'], terminal().out);
  assert.ok(input !== undefined);
  assert.equal(input.arg('package'), 'kafka');
  assert.equal(input.optionalArg('rest'), undefined);
  assert.deepEqual(input.list('set'), ['a=1', 'b=2']);
  assert.equal(input.text('tail'), '10');
  assert.equal(input.values['wait'], true);
  assert.equal(input.json, true);
});

test('help goes to the terminal, with the details', () => {
  const { out, text } = terminal();
  assert.equal(parse(declaration, ['--help'], out), undefined);
  assert.match(text(), /Usage: warder package install \[options\] <package> \[rest\.\.\.\]/);
  assert.match(text(), /Example:\n {2}warder package install kafka/);
  assert.match(text(), /--home <folder>/);
});

const mistakes: readonly (readonly [string, readonly string[]])[] = [
  ['a missing argument', []],
  ['an unknown option', ['kafka', '--sett', 'a=1']],
  ['an option without its value', ['kafka', '--set']],
];
for (const [what, words] of mistakes) {
  test(`${what} is a usage error that names the help`, () => {
    assert.throws(
      () => parse(declaration, words, terminal().out),
      (error) => error instanceof CliError && error.exit === 2 && error.next === 'warder package install --help',
    );
  });
}

test('passed through: the words of another command are not options of ours', () => {
  const exec: Declaration = { ...declaration, options: [jsonOption], passThrough: true };
  for (const words of [
    ['task', 'ls', '-l', '--json'],
    ['task', '--', 'ls', '-l', '--json'],
  ]) {
    const input = parse(exec, words, terminal().out);
    assert.deepEqual(input?.rest('rest'), ['ls', '-l', '--json']);
    assert.equal(input?.json, false);
  }
});

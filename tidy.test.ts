/** The shape of the source, kept by a test: who may import whom, how long a file may be, what the core may not call. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { test } from 'node:test';
import { problemCodes } from './packages/spec/src/problem.ts';

/** What a package may import of ours. Arrows go one way; a package that is not listed here has no place yet. */
const ladder: Readonly<Record<string, readonly string[]>> = {
  core: [],
  spec: ['core'],
  store: ['core'],
  engine: ['core'],
  'engine-local': ['core', 'engine'],
  scheduler: ['core', 'spec', 'store', 'engine'],
  sim: ['core', 'spec', 'store', 'engine', 'scheduler'],
  'sim-kafka': ['core', 'spec', 'store', 'engine', 'scheduler', 'sim', 'kafka'],
  api: ['core', 'spec', 'store', 'engine', 'scheduler'],
  server: ['core', 'spec', 'store', 'engine', 'engine-local', 'scheduler', 'api'],
  cli: ['core', 'spec', 'scheduler', 'api', 'engine-local'],
  sdk: ['core', 'spec', 'store', 'engine', 'scheduler', 'sim'],
};

const LINES_MAX = 350;

type Source = {
  readonly path: string;
  readonly text: string;
  readonly room: string;
  readonly imports: readonly string[];
};

const sources: readonly Source[] = globSync([
  'packages/*/src/**/*.ts',
  'services/*/{src,test}/**/*.ts',
  'e2e/**/*.ts',
  'bench/**/*.ts',
])
  .toSorted()
  .map((path) => {
    const text = readFileSync(path, 'utf8');
    const [top, name] = path.split(sep);
    const imports = [...text.matchAll(/\bfrom\s+'([^'\n]+)';|^import\s+'([^'\n]+)';|\bimport\(\s*'([^'\n]+)'/gm)];
    return {
      path,
      text,
      room: top === 'packages' ? (name ?? '') : `${top}`,
      imports: imports.map(([, a, b, c]) => a ?? b ?? c ?? ''),
    };
  });

const fail = (list: readonly string[], rule: string): void =>
  assert.deepEqual(list, [], `${rule}:\n${list.join('\n')}\n`);

test('imports go one way', () => {
  fail(
    sources.flatMap(({ path, room, imports }) =>
      imports.flatMap((name) => {
        const [, target] = /^@warder\/([a-z-]+)/.exec(name) ?? [];
        if (target === undefined || target === room) return [];
        if (room === 'services')
          return target === 'sdk' ? [] : [`${path} imports ${name}; a service imports only @warder/sdk`];
        if (!(room in ladder)) return [];
        return ladder[room]?.includes(target) ? [] : [`${path} imports ${name}`];
      }),
    ),
    'a package imports only from the rooms below it',
  );
});

test('relative imports stay in their package', () => {
  fail(
    sources.flatMap(({ path, imports }) => {
      const home = path.split(sep).slice(0, 2).join(sep);
      return imports
        .filter(
          (name) =>
            name.startsWith('.') && !`${resolve(dirname(path), name)}${sep}`.startsWith(`${resolve(home)}${sep}`),
        )
        .filter(() => path.startsWith('packages') || path.startsWith('services'))
        .map((name) => `${path} reaches ${name}`);
    }),
    'another package is imported by its name',
  );
});

test('the core is pure: no clock, no chance, no waiting, no outside', () => {
  const banned =
    /\b(Date\.now|new Date\(\)|Math\.random|randomUUID|setTimeout|setInterval|performance\.now|await|async|process\.|console\.)/;
  fail(
    sources
      .filter(({ room, path }) => room === 'core' && !path.endsWith('.test.ts'))
      .flatMap(({ path, text, imports }) => [
        ...imports.filter((name) => !name.startsWith('.')).map((name) => `${path} imports ${name}`),
        ...text.split('\n').flatMap((line, at) => {
          const code = line.replace(/\/\/.*|^\s*\*.*|\/\*\*.*/, '');
          return banned.test(code) ? [`${path}:${at + 1}: ${line.trim()}`] : [];
        }),
      ]),
    'time, ids and chance are inputs of the core',
  );
});

test('files are short', () => {
  fail(
    sources.flatMap(({ path, text }) => {
      const lines = text.split('\n').length;
      return lines > LINES_MAX ? [`${path} has ${lines} lines, at most ${LINES_MAX}`] : [];
    }),
    'one concept a file',
  );
});

test('names say what is in a file', () => {
  fail(
    sources.filter(({ path }) => /(util|helper|manager|common|misc|shared)s?[./]/.test(path)).map(({ path }) => path),
    'a helper lives in the folder of the noun it serves',
  );
  fail(
    sources.filter(({ path }) => !/^[a-z0-9.\-/]+$/.test(path)).map(({ path }) => path),
    'files are kebab-case',
  );
});

test('every package says what it is', () => {
  fail(
    globSync('packages/*/src/index.ts').filter(
      (path) =>
        !readFileSync(path, 'utf8').startsWith('/** @module') &&
        !readFileSync(path, 'utf8').startsWith('/**\n * @module'),
    ),
    'an index begins with @module and a sentence',
  );
});

test('no test is skipped or singled out in silence', () => {
  fail(
    sources
      .filter(({ path }) => path.endsWith('.test.ts'))
      .flatMap(({ path, text }) =>
        text
          .split('\n')
          .flatMap((line, at) =>
            /\btest\.(skip|only|todo)\(|\.skip\(\s*\)|skip: true/.test(line)
              ? [`${path}:${at + 1}: ${line.trim()}`]
              : [],
          ),
      ),
    'a skip carries its reason',
  );
});

test('links in the documents lead somewhere', () => {
  const dead = globSync(['*.md', 'docs/**/*.md', 'services/*/*.md']).flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].flatMap(([, link = '']) =>
      globSync(join(dirname(path), decodeURIComponent(link))).length === 0 ? [`${path}: ${link}`] : [],
    ),
  );
  fail(dead, 'a document links only to what is there');
});

/** Which argument is the code. */
const codeArguments: Readonly<Record<string, 0 | 1>> = {
  ApiFailure: 1,
  CliError: 0,
  EngineError: 0,
  PackageError: 0,
  ServerError: 0,
  StoreError: 0,
  problemsError: 0,
};

/** Errors that only repeat what another one said. */
const repeaters: readonly string[] = ['ApiError'];

/** What runs at a user's; no tests, no test worlds. */
const shipped = sources.filter(
  ({ path }) =>
    /^(packages|services)\/[^/]+\/src\//.test(path) &&
    !path.startsWith('packages/sim/') &&
    !path.startsWith('packages/sim-kafka/') &&
    !/\.test\.ts$|\/(test-|testing|suite)[^/]*\.ts$|\/suite\//.test(path),
);

type Found = { readonly codes: readonly string[]; readonly unreadable: readonly string[] };

/** The codes that a file can say, by the forms in which codes are written; what has another form is told. */
function codesIn({ path, text }: Source): Found {
  const codes: string[] = [];
  const unreadable: string[] = [];
  const calls = new RegExp(`(?<!class |function )\\b(${Object.keys(codeArguments).join('|')})\\(`, 'g');
  for (const call of text.matchAll(calls)) {
    let rest = text.slice(call.index + call[0].length);
    // The first argument of the API's is a status: a number, a name, or a call with plain arguments.
    if (codeArguments[call[1] ?? ''] === 1) rest = rest.replace(/^\s*[\w.]+(\([^()]*\))?\s*,/, '');
    const [, literal, passed] = /^\s*(?:'([a-z][a-z0-9-]*)'|([\w.]*\bcode))\s*,/.exec(rest) ?? [];
    if (literal !== undefined) codes.push(literal);
    else if (passed === undefined) unreadable.push(`${path}: ${call[0]}${rest.slice(0, 60).trim()}`);
  }
  // `code: 'x'`, `const code = is ? 'x' : 'y'`
  const value =
    /\bcode\s*(?::|=(?!=))\s*(?:[^,;{}'`]*\?\s*)?'([a-z][a-z0-9-]*)'(?:\s*:\s*'([a-z][a-z0-9-]*)')?\s*(?=[,;}])/g;
  for (const [, one, other] of text.matchAll(value)) codes.push(...[one, other].filter((code) => code !== undefined));
  for (const refusal of text.matchAll(/\bok: false,\s*code\b(?!: '|,|: (?:string|[A-Z]\w*)\b)[^,}]*/g)) {
    unreadable.push(`${path}: ${refusal[0]}`);
  }
  // Printed as it is: `error: it failed (run-not-complete)`
  for (const [, code] of text.matchAll(/\berror: [^'`\n]*\(([a-z][a-z0-9-]*)\)[`']/g)) codes.push(code ?? '');
  return { codes, unreadable };
}

test('docs/errors.md has every error code there is, each once, and no other', () => {
  const found = shipped.map(codesIn);
  fail(
    found.flatMap(({ unreadable }) => unreadable),
    'a code is written where the error is made, so that it can be found',
  );
  const classes = shipped.flatMap(({ path, text }) =>
    [...text.matchAll(/class (\w+) extends \w+ \{(?:[^{}]*\n)*? {2}readonly code\b/g)].map(([, name = '']) => ({
      path,
      name,
    })),
  );
  assert.ok(classes.length > 0);
  fail(
    classes
      .filter(({ name }) => !(name in codeArguments) && !repeaters.includes(name))
      .map(({ path, name }) => `${path}: ${name}`),
    'this test knows every class of errors with a code',
  );
  const said = new Set([...Object.keys(problemCodes), ...found.flatMap(({ codes }) => codes)]);
  const rows = readFileSync('docs/errors.md', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, code, what = '', next = '', rest] = /^\| `([^`]*)` *\|([^|]*)\|([^|]*)\|(.*)$/.exec(line) ?? [];
      return code === undefined ? [] : [{ code, isWhole: what.trim() !== '' && next.trim() !== '' && rest === '' }];
    });
  const told = rows.map(({ code }) => code);
  fail([...said].filter((code) => !told.includes(code)).toSorted(), 'docs/errors.md lacks');
  fail(
    told.filter((code) => !said.has(code)),
    'docs/errors.md tells of what no source says',
  );
  fail(
    told.filter((code, at) => told.indexOf(code) !== at),
    'docs/errors.md tells twice of',
  );
  fail(
    rows.filter(({ isWhole }) => !isWhole).map(({ code }) => code),
    'a row says what happened and what to do next',
  );
});

test('every problem code of the spec is used', () => {
  const used = new Set(shipped.filter(({ room }) => room === 'spec').flatMap((source) => codesIn(source).codes));
  fail(
    Object.keys(problemCodes).filter((code) => !used.has(code)),
    'no source reports',
  );
});

test('docs/conformance.md names tests that there are, and leaves no row without one or a reason', () => {
  const [, behaviours = ''] = readFileSync('docs/conformance.md', 'utf8').split('\n## The integration tests');
  const rows = behaviours.split('\n').filter((line) => /^\| (?!behaviour |feature |-)/.test(line));
  const proofsOf = (row: string) => [...row.matchAll(/`([^`]+)` in \[[^\]]+\]\(\.\.\/([^)]+)\)/g)];
  assert.ok(rows.length > 100, `there are ${rows.length} rows`);
  fail(
    rows.filter((row) => proofsOf(row).length === 0 && !/Does not apply: |[Ll]ater[.:]/.test(row)),
    'a row has a test or says why it has none',
  );
  fail(
    rows.flatMap(proofsOf).flatMap(([, name = '', file = '']) => {
      const text = existsSync(file) ? readFileSync(file, 'utf8').replaceAll("\\'", "'") : '';
      return text.includes(name) ? [] : [`${file}: ${name}`];
    }),
    'a test that is named has this name in this file',
  );
});

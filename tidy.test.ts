/** The shape of the source, kept by a test: who may import whom, how long a file may be, what the core may not call. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { test } from 'node:test';

/** What a package may import of ours. Arrows go one way; a package that is not listed here has no place yet. */
const ladder: Readonly<Record<string, readonly string[]>> = {
  core: [],
  spec: ['core'],
  store: ['core'],
  engine: ['core'],
  'engine-local': ['core', 'engine'],
  scheduler: ['core', 'spec', 'store', 'engine'],
  sim: ['core', 'spec', 'store', 'engine', 'scheduler'],
  api: ['core', 'spec', 'store', 'engine', 'scheduler'],
  server: ['core', 'spec', 'store', 'engine', 'engine-local', 'scheduler', 'api'],
  cli: ['core', 'spec', 'scheduler', 'api', 'engine-local'],
  sdk: ['core', 'scheduler'],
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

import { parseJson } from '../options/json.ts';
import type { Problem, Problems } from '../problem.ts';
import { sourceOf } from '../source.ts';
import { isRecord } from '../template/lookup.ts';
import type { View } from '../template/lookup.ts';
import { render } from '../template/render.ts';

/** What the scheduler of a DC/OS package would have been started with. */
export type Marathon = {
  readonly cmd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Variables that cannot be told, each with the name that has no value. */
  readonly missing: ReadonlyMap<string, Problem>;
  /** What they would look like, for who only wants to know whether the rest is right. */
  readonly madeUp: ReadonlyMap<string, string>;
};

/**
 * Fills in marathon.json.mustache as the package manager of DC/OS did: texts are escaped for the JSON that they stand
 * in. A name without a value is a problem only of those variables that it is part of, and those only if they are used.
 */
export const readMarathon = (text: string, file: string, view: View): Marathon | Problems => {
  const source = sourceOf(text, file);
  const rendered = render(source, view, { escape: escaped, standIn });
  if (!('text' in rendered)) return rendered;
  const placeOf = (offset: number) => source.placeOf(rendered.sourceOffset(offset));
  const json = parseJson(rendered.text, file, { ...source, placeOf });
  if ('problems' in json) return { problems: json.problems.map(inRendered) };
  const app = isRecord(json.value) ? json.value : {};
  const entries = Object.entries(isRecord(app['env']) ? app['env'] : {}).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const missing = entries.flatMap(([name, value]): readonly [string, Problem][] => {
    const unknown = unknownIn(value);
    if (unknown === undefined) return [];
    const tag = rendered.problems.find((problem) => problem.path === unknown)?.where;
    const where = tag ?? json.placeOf(['env', name], 'value');
    return [[name, { ...noValue(unknown), ...(where ? { where } : {}) }]];
  });
  const broken = new Set(missing.map(([name]) => name));
  return {
    cmd: typeof app['cmd'] === 'string' ? app['cmd'] : '',
    env: Object.fromEntries(entries.filter(([name]) => !broken.has(name))),
    missing: new Map(missing),
    madeUp: new Map(entries.filter(([name]) => broken.has(name)).map(([name, value]) => [name, madeUp(value)])),
  };
};

/** Mostly it is an address, as a whole or in part. */
const madeUp = (value: string): string =>
  value
    .replace(/^\u{E000}([^\u{E001}]*)\u{E001}/u, (_, name: string) => `https://unset.invalid/${name}`)
    .replaceAll(/\u{E000}[^\u{E001}]*\u{E001}/gu, 'unset');

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Stands in a text for a name without a value; no file holds such characters. */
export const standIn = (name: string): string => `\u{E000}${name}\u{E001}`;

const unknownIn = (text: string): string | undefined => /\u{E000}([^\u{E001}]*)\u{E001}/u.exec(text)?.[1];

const noValue = (name: string): Problem => ({
  code: 'template-variable',
  message: `\`${name}\` has no value`,
  next: `give it one: --set ${name}=<text>`,
  path: name,
});

const inRendered = (problem: Problem): Problem => ({
  ...problem,
  message: `${problem.message} (with the options filled in)`,
});

import Mustache from 'mustache';
import type { Problem } from '../problem.ts';
import type { Source } from '../source.ts';

/** A piece of a template; `start` is its offset. */
export type Token =
  | { readonly kind: 'text'; readonly start: number; readonly value: string }
  | { readonly kind: 'value'; readonly start: number; readonly name: string }
  | {
      readonly kind: 'section';
      readonly start: number;
      readonly name: string;
      readonly inverted: boolean;
      readonly tokens: readonly Token[];
    };

/** What mustache's own parser returns; its typings leave it open. */
type Raw = readonly [kind: string, value: string, start: number, end: number, children?: readonly Raw[]];

/** The tokens of a template, or what is wrong with it. */
export const tokenize = (
  source: Source,
): { readonly tokens: readonly Token[] } | { readonly problems: readonly Problem[] } => {
  try {
    // A writer of its own: the shared one keeps every template it ever saw.
    const raw = new Mustache.Writer().parse(source.text) as unknown as readonly Raw[];
    const problems: Problem[] = [];
    const tokens = convert(raw, source, problems);
    return problems.length > 0 ? { problems } : { tokens };
  } catch (error) {
    return { problems: [syntaxProblem(error instanceof Error ? error.message : String(error), source)] };
  }
};

const convert = (raw: readonly Raw[], source: Source, problems: Problem[]): readonly Token[] =>
  raw.flatMap((token): readonly Token[] => {
    const [kind, value, start, , children = []] = token;
    if (kind === 'text') return [{ kind: 'text', start, value }];
    if (kind === 'name' || kind === '&') return [{ kind: 'value', start, name: value }];
    if (kind === '#' || kind === '^') {
      const tokens = convert(children, source, problems);
      return [{ kind: 'section', start, name: value, inverted: kind === '^', tokens }];
    }
    if (kind === '>') {
      problems.push({
        code: 'template-syntax',
        message: `the template includes another one (\`{{>${value}}}\`)`,
        next: 'write its text here: templates stand alone',
        where: source.placeOf(start),
      });
    }
    return [];
  });

const syntaxProblem = (message: string, source: Source): Problem => {
  const [, what = message, at] = /^(.*) at (\d+)$/.exec(message) ?? [];
  const offset = at === undefined ? 0 : Number(at);
  const unclosed = /^Unclosed section "(.*)"$/s.exec(what)?.[1];
  if (unclosed !== undefined) {
    return {
      code: 'template-syntax',
      message: `the section \`${unclosed}\` is opened but not closed before ${describe(source, offset)}`,
      next: `write \`{{/${unclosed}}}\` where it ends`,
      where: source.placeOf(openingOf(unclosed, source.text, offset)),
    };
  }
  const unopened = /^Unopened section "(.*)"$/s.exec(what)?.[1];
  if (unopened !== undefined) {
    return {
      code: 'template-syntax',
      message: `\`{{/${unopened}}}\` closes a section that was not opened`,
      next: `remove it, or write \`{{#${unopened}}}\` where the section begins`,
      where: source.placeOf(offset),
    };
  }
  if (what !== 'Unclosed tag') {
    const next = 'make it simpler: fewer sections in one another';
    return {
      code: 'template-syntax',
      message: `the template cannot be read: ${message}`,
      next,
      where: source.placeOf(0),
    };
  }
  const tag = source.text.lastIndexOf('{{', offset);
  return {
    code: 'template-syntax',
    message: 'a tag is not closed',
    next: 'write the closing braces (`{{name}}`, `{{{name}}}`)',
    where: source.placeOf(tag === -1 ? offset : tag),
  };
};

const describe = (source: Source, offset: number): string =>
  offset >= source.text.length ? 'the end of the file' : `line ${source.placeOf(offset).line}`;

/** mustache tells where it noticed; a person looks for where the section begins. */
const openingOf = (name: string, text: string, before: number): number => {
  let found = before;
  for (const match of text.slice(0, before).matchAll(/\{\{\s*[#^]\s*(.*?)\s*\}\}/g)) {
    if (match[1] === name) found = match.index;
  }
  return found;
};

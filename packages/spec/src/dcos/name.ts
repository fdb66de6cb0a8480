import type { OptionSchema } from '../options/schema.ts';
import { tokenize } from '../template/token.ts';
import type { Token } from '../template/token.ts';
import { sourceOf } from '../source.ts';

/** The names that the tags of a template ask a value of, sections not among them. A broken template has none. */
export const namesIn = (text: string): readonly string[] => {
  const parsed = tokenize(sourceOf(text, ''));
  return 'tokens' in parsed ? [...new Set(valuesIn(parsed.tokens))] : [];
};

const valuesIn = (tokens: readonly Token[]): readonly string[] =>
  tokens.flatMap((token) => {
    if (token.kind === 'value') return [token.name];
    return token.kind === 'section' ? valuesIn(token.tokens) : [];
  });

/** Adds a text option at a dotted name, where there is none yet. */
export const withName = (schema: OptionSchema, [first, ...rest]: readonly string[], about: string): OptionSchema => {
  if (first === undefined) return schema;
  const known = Object.hasOwn(schema.properties ?? {}, first) ? schema.properties?.[first] : undefined;
  if (rest.length === 0 && known) return schema;
  const inner: OptionSchema =
    rest.length === 0 ? { type: 'string', description: about } : withName(known ?? { type: 'object' }, rest, about);
  return { ...schema, properties: { ...schema.properties, [first]: inner } };
};

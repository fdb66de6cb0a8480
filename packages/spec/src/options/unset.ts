import { isRecord } from '../template/lookup.ts';
import { typesOf } from './schema.ts';
import type { OptionSchema, Options } from './schema.ts';

/** Options without a value are known to templates, as nothing; unknown ones are mistakes. */
export const withUnset = (schema: OptionSchema, options: Options): Options => {
  const entries = Object.entries(schema.properties ?? {}).map(([name, property]): [string, unknown] => {
    const value = Object.hasOwn(options, name) ? options[name] : undefined;
    if (isRecord(value) && typesOf(property).includes('object')) return [name, withUnset(property, value)];
    return [name, value ?? null];
  });
  return { ...options, ...Object.fromEntries(entries) };
};

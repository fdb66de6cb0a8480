import { nearest } from '../nearest.ts';
import type { Report } from '../yaml/reader.ts';
import { isEmpty, scalar } from './shape.ts';
import type { Shape } from './shape.ts';

type Format = { readonly pattern: RegExp; readonly what: string };

/** Any text; numbers and booleans count as they are written. With a format, only such text. */
export const text = (format?: Format): Shape<string, string, string | number | boolean> =>
  scalar(
    format?.what ?? 'a text',
    format ? { type: ['string', 'number'], pattern: format.pattern.source } : { type: ['string', 'number', 'boolean'] },
    (value) => {
      if (!format || format.pattern.test(value)) return { value };
      return { code: 'bad-format', message: `\`${value}\` is not ${format.what}`, next: `write ${format.what}` };
    },
  );

/** A text; nothing counts as the empty one. */
export const textOrNothing = (): Shape<string, string, string | number | boolean | null> => {
  const some = text();
  return {
    schema: { type: ['string', 'number', 'boolean', 'null'] },
    read: (slot, reader) => (isEmpty(slot.node) ? '' : some.read(slot, reader)),
  };
};

/** A text in a small grammar of its own; `format` is the name of it, where somebody asks. */
export const parsed = <T, Input = string>(
  what: string,
  description: string,
  parse: (text: string) => { readonly value: T } | Report,
  format?: string,
): Shape<T, T, Input> =>
  scalar(what, { type: 'string', description, ...(format === undefined ? {} : { format }) }, parse);

type Bounds = { readonly min?: number; readonly above?: number; readonly max?: number };

export const wholeNumber = (bounds: Bounds): Shape<number> =>
  scalar('a whole number', { type: 'integer', ...boundsSchema(bounds) }, (value) => {
    const number = Number(value);
    return value.trim() === '' || !Number.isSafeInteger(number) ? undefined : within(number, value, bounds);
  });

export const number = (bounds: Bounds): Shape<number> =>
  scalar('a number', { type: 'number', ...boundsSchema(bounds) }, (value) => {
    const parsedNumber = Number(value);
    return value.trim() === '' || !Number.isFinite(parsedNumber) ? undefined : within(parsedNumber, value, bounds);
  });

const boundsSchema = ({ min, above, max }: Bounds): Record<string, number> => ({
  ...(min === undefined ? {} : { minimum: min }),
  ...(above === undefined ? {} : { exclusiveMinimum: above }),
  ...(max === undefined ? {} : { maximum: max }),
});

const within = (value: number, shown: string, { min, above, max }: Bounds): { value: number } | Report => {
  const limit =
    min !== undefined && value < min
      ? `at least ${min}`
      : above !== undefined && value <= above
        ? `more than ${above}`
        : max !== undefined && value > max
          ? `at most ${max}`
          : undefined;
  if (limit === undefined) return { value };
  return { code: 'out-of-range', message: `must be ${limit}, got ${shown}`, next: `write a number of ${limit}` };
};

export const flag = (): Shape<boolean> =>
  scalar('true or false', { type: 'boolean' }, (value) => {
    const lower = value.toLowerCase();
    return lower === 'true' || lower === 'false' ? { value: lower === 'true' } : undefined;
  });

/** One of a few words. `refused` are words that are known but not allowed, each with its report. */
export const choice = <const T extends string>(
  values: readonly T[],
  { ignoreCase = false, refused = {} }: { ignoreCase?: boolean; refused?: Readonly<Record<string, Report>> } = {},
): Shape<T> => {
  const words = values.map((value) => `\`${value}\``).join(', ');
  return scalar(`one of ${words}`, { enum: values }, (text) => {
    const wanted = ignoreCase ? text.toUpperCase() : text;
    const value = values.find((each) => each === wanted);
    if (value !== undefined) return { value };
    if (Object.hasOwn(refused, wanted)) return refused[wanted];
    const near = nearest(text, values);
    return {
      code: 'out-of-range',
      message: `\`${text}\` is not one of ${words}`,
      next: near === undefined ? `write one of ${words}` : `did you mean \`${near}\`?`,
    };
  });
};

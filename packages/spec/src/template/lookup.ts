/** The names that a template may use. Values are data: strings, numbers, booleans, lists, maps; null has no text. */
export type View = Readonly<Record<string, unknown>>;

export type Found = { readonly value: unknown };

/** Looks a (dotted) name up, innermost section first. Only own properties count: `constructor` is nobody's variable. */
export const lookup = (stack: readonly unknown[], name: string): Found | undefined => {
  if (name === '.') return { value: stack.at(-1) };
  const parts = name.split('.');
  for (const context of stack.toReversed()) {
    const found = descend(context, parts);
    if (found) return found;
  }
  return undefined;
};

const descend = (context: unknown, parts: readonly string[]): Found | undefined => {
  let value = context;
  for (const part of parts) {
    if (!isRecord(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return { value };
};

/** Every dotted name that leads to a value, for suggestions. */
export const namesOf = (view: unknown, prefix = ''): readonly string[] => {
  if (!isRecord(view)) return [];
  return Object.entries(view).flatMap(([key, value]) => {
    const name = `${prefix}${key}`;
    return isRecord(value) ? namesOf(value, `${name}.`) : [name];
  });
};

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

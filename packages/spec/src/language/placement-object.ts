/** Rules as JSON objects, as they are stored: the only spelling that knows all of them. */
import type { Rule } from '@warder/core';
import { isRecord } from '../template/lookup.ts';

/** @throws RuleError with what is wrong */
export const ruleOf = (value: unknown): Rule => {
  if (!isRecord(value)) throw new RuleError(`${JSON.stringify(value)} is not a rule`);
  const raw = new Raw(value);
  const kind = raw.text('kind');
  const read = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  if (!read) throw new RuleError(`there is no kind of rule \`${kind}\`; use one of ${Object.keys(readers).join(', ')}`);
  const rule = read(raw);
  raw.end();
  return rule;
};

export class RuleError extends Error {}

const readers: Readonly<Record<string, (raw: Raw) => Rule>> = {
  'max-per': (raw) => ({ kind: 'max-per', field: raw.text('field'), max: raw.count('max') }),
  'group-by': (raw) => ({
    kind: 'group-by',
    field: raw.text('field'),
    ...(raw.has('groups') ? { groups: raw.count('groups') } : {}),
  }),
  is: (raw) => ({ kind: 'is', field: raw.text('field'), value: raw.text('value'), not: raw.flag('not') }),
  like: (raw) => ({ kind: 'like', field: raw.text('field'), pattern: raw.pattern('pattern'), not: raw.flag('not') }),
  near: (raw) => ({ kind: 'near', pod: raw.text('pod'), together: raw.flag('together') }),
  all: (raw) => ({ kind: 'all', rules: raw.rules('rules') }),
  any: (raw) => ({ kind: 'any', rules: raw.rules('rules') }),
  not: (raw) => ({ kind: 'not', rule: ruleOf(raw.take('rule')) }),
};

/** Remembers what was asked for, so that what nobody asked for is no rule. */
class Raw {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #taken = new Set<string>();

  constructor(value: Readonly<Record<string, unknown>>) {
    this.#value = value;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#value, key);
  }

  take(key: string): unknown {
    this.#taken.add(key);
    return this.has(key) ? this.#value[key] : undefined;
  }

  text(key: string): string {
    const value = this.take(key);
    if (typeof value === 'string' && value !== '') return value;
    throw new RuleError(`a rule needs \`${key}\`, a text`);
  }

  count(key: string): number {
    const value = this.take(key);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
    throw new RuleError(`\`${key}\` of a rule is a whole number of at least 1`);
  }

  flag(key: string): boolean {
    const value = this.take(key);
    if (typeof value === 'boolean') return value;
    throw new RuleError(`a rule needs \`${key}\`, true or false`);
  }

  pattern(key: string): string {
    const value = this.text(key);
    try {
      new RegExp(value);
    } catch {
      throw new RuleError(`\`${value}\` is not a regular expression`);
    }
    return value;
  }

  rules(key: string): readonly Rule[] {
    const value = this.take(key);
    if (Array.isArray(value) && value.length > 0) return value.map(ruleOf);
    throw new RuleError(`a rule needs \`${key}\`, a list of rules`);
  }

  end(): void {
    const unknown = Object.keys(this.#value).find((key) => !this.#taken.has(key));
    if (unknown !== undefined) throw new RuleError(`a rule of this kind has no \`${unknown}\``);
  }
}

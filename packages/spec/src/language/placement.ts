import type { Rule } from '@warder/core';
import { nearest } from '../nearest.ts';
import { RuleError, ruleOf } from './placement-object.ts';
import { parsed } from '../shape/scalar.ts';
import type { Report } from '../yaml/reader.ts';

type Row = readonly string[];
type Parsed<T> = { readonly value: T } | Report;

const operators = ['UNIQUE', 'MAX_PER', 'LIKE', 'UNLIKE', 'IS', 'IS_NOT', 'CLUSTER', 'GROUP_BY'];
const spelling = 'write rules like `hostname:UNIQUE`, `zone:MAX_PER:1` or [["hostname", "LIKE", "big-.*"]]';

/**
 * Placement conditions in the spellings of Marathon: a JSON array of arrays, one flat JSON array, or
 * `field:OP:param,field:OP` with backslashes before `,` and `:` that are meant. All of them must hold. An empty text
 * is no rule. A rule as a JSON object is read too: Marathon has no words for all of them.
 */
export const parsePlacement = (text: string): Parsed<Rule | undefined> => {
  const trimmed = text.trim();
  if (trimmed === '') return { value: undefined };
  if (trimmed.startsWith('{')) return jsonRule(trimmed);
  const rows = trimmed.startsWith('[') ? jsonRows(trimmed) : textRows(trimmed);
  if (!('value' in rows)) return rows;
  const rules: Rule[] = [];
  for (const row of rows.value) {
    const rule = parseRow(row);
    if (!('value' in rule)) return rule;
    rules.push(rule.value);
  }
  const [first] = rules;
  return { value: rules.length === 1 ? first : rules.length === 0 ? undefined : { kind: 'all', rules } };
};

/** In the JSON Schema. */
export const ruleFormat = 'placement-rule';

/** `none` stands for the empty text, which a loose value could not tell from a wrong one. */
export const placement = parsed<{ readonly rule?: Rule }, string | Rule>(
  'placement rules in quotes',
  'Where an instance may be placed, as in `hostname:UNIQUE`.',
  (text) => {
    const result = parsePlacement(text);
    if (!('value' in result)) return result;
    return { value: result.value ? { rule: result.value } : {} };
  },
  ruleFormat,
);

const jsonRule = (text: string): Parsed<Rule> => {
  try {
    return { value: ruleOf(JSON.parse(text)) };
  } catch (error) {
    return wrong(error instanceof RuleError ? error.message : `\`${text}\` begins like JSON but is none`);
  }
};

const wrong = (message: string): Report => ({ code: 'bad-format', message, next: spelling });

const jsonRows = (text: string): Parsed<readonly Row[]> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return wrong(`\`${text}\` begins like JSON but is none`);
  }
  if (isRow(value)) return { value: value.length === 0 ? [] : [value.map(String)] };
  if (Array.isArray(value) && value.every(isRow)) return { value: value.map((row) => row.map(String)) };
  return wrong('the array must hold texts, or arrays of texts');
};

const isRow = (value: unknown): value is readonly (string | number)[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string' || typeof item === 'number');

const textRows = (text: string): Parsed<readonly Row[]> => ({
  value: split(text, ',').map((row) => split(row, ':').map((part) => part.replaceAll(/\\(.)/g, '$1').trim())),
});

/** Splits at each separator that has no backslash before it. */
const split = (text: string, separator: string): readonly string[] => {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') {
      part += text.slice(at, at + 2);
      at += 1;
    } else if (text[at] === separator) {
      parts.push(part);
      part = '';
    } else {
      part += text[at];
    }
  }
  return [...parts, part];
};

const parseRow = (row: Row): Parsed<Rule> => {
  const [name = '', operator = '', param] = row;
  if (name === '' || row.length < 2 || row.length > 3) {
    return wrong(`the rule \`${row.join(':')}\` is not a field, an operator and at most one parameter`);
  }
  const field = Object.hasOwn(fields, name) ? (fields[name] ?? name) : name;
  const op = operator.toUpperCase();
  if (op === 'UNIQUE') return { value: { kind: 'max-per', field, max: 1 } };
  if (!operators.includes(op)) {
    const near = nearest(op, operators);
    const next = near === undefined ? `use one of ${operators.join(', ')}` : `did you mean \`${near}\`?`;
    return { code: 'bad-format', message: `there is no placement operator \`${operator}\``, next };
  }
  if (op === 'GROUP_BY') return groupBy(field, param);
  if (param === undefined || param === '') return wrong(`\`${name}:${op}\` needs a parameter`);
  return ruleWithParam(field, op, param);
};

const fields: Readonly<Record<string, string>> = { '@hostname': 'hostname', '@zone': 'zone', '@region': 'region' };

const groupBy = (field: string, param = ''): Parsed<Rule> => {
  if (param === '') return { value: { kind: 'group-by', field } };
  const groups = countOf(param);
  if (groups === undefined) return wrong(`GROUP_BY takes a whole number of at least 1, got \`${param}\``);
  return { value: { kind: 'group-by', field, groups } };
};

const countOf = (text: string): number | undefined => {
  const count = Number(text);
  return Number.isSafeInteger(count) && count >= 1 ? count : undefined;
};

const ruleWithParam = (field: string, op: string, param: string): Parsed<Rule> => {
  if (op === 'MAX_PER') {
    const max = countOf(param);
    if (max === undefined) return wrong(`MAX_PER needs a whole number of at least 1, got \`${param}\``);
    return { value: { kind: 'max-per', field, max } };
  }
  if (op === 'LIKE' || op === 'UNLIKE') {
    try {
      new RegExp(param);
    } catch {
      return wrong(`\`${param}\` is not a regular expression`);
    }
    return { value: { kind: 'like', field, pattern: param, not: op === 'UNLIKE' } };
  }
  return { value: { kind: 'is', field, value: param, not: op === 'IS_NOT' } };
};

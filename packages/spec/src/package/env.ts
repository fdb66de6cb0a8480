import { variable } from '../language/name.ts';
import { parseJson } from '../options/json.ts';
import type { Problem, Problems } from '../problem.ts';
import { sourceOf } from '../source.ts';
import { isRecord } from '../template/lookup.ts';

export type Env = Readonly<Record<string, string>>;

/** Reads the values for a svc.yml: a JSON object, or lines of NAME=VALUE with `#` comments. */
export const parseEnv = (text: string, file: string): { readonly env: Env } | Problems =>
  text.trimStart().startsWith('{') ? jsonEnv(text, file) : lineEnv(text, file);

const jsonEnv = (text: string, file: string): { readonly env: Env } | Problems => {
  const json = parseJson(text, file);
  if ('problems' in json) return json;
  const problems: Problem[] = [];
  const entries = Object.entries(isRecord(json.value) ? json.value : {}).map(([name, value]): [string, string] => {
    if (typeof value === 'object') {
      const where = json.placeOf([name], 'value');
      const message = `${name}: expected a text, a number, true or false`;
      problems.push({
        code: 'wrong-type',
        message,
        next: 'write it in quotes',
        path: name,
        ...(where ? { where } : {}),
      });
    }
    return [name, String(value)];
  });
  return problems.length > 0 ? { problems } : { env: Object.fromEntries(entries) };
};

const lineEnv = (text: string, file: string): { readonly env: Env } | Problems => {
  const source = sourceOf(text, file);
  const problems: Problem[] = [];
  const entries: [string, string][] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    const plain = line.trim().replace(/^export\s+/, '');
    const at = plain.indexOf('=');
    const name = plain.slice(0, Math.max(0, at));
    if (variable.pattern.test(name)) {
      entries.push([name, plain.slice(at + 1).replace(/^(["'])(.*)\1$/s, '$2')]);
    } else if (plain !== '' && !plain.startsWith('#')) {
      const where = source.placeOf(offset + line.length - line.trimStart().length);
      problems.push({ code: 'bad-format', message: `\`${plain}\` is not NAME=VALUE`, next: 'write NAME=VALUE', where });
    }
    offset += line.length + 1;
  }
  return problems.length > 0 ? { problems } : { env: Object.fromEntries(entries) };
};

/** The options that a command line gives: a file, then single settings over it. */
import { readFileSync } from 'node:fs';
import type { Input } from '../command.ts';
import { CliError, usageError } from '../exit.ts';

export type Options = Readonly<Record<string, unknown>>;

/** Undefined when none is given. */
export async function readGiven(input: Input, _packageName: string): Promise<Options | undefined> {
  const file = input.text('options');
  const settings = input.list('set');
  if (file === undefined && settings.length === 0) return undefined;
  const options: Record<string, unknown> = file === undefined ? {} : readFile(file);
  for (const setting of settings) apply(options, setting);
  return options;
}

function readFile(file: string): Record<string, unknown> {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new CliError('options-invalid', `${file} does not hold a JSON object`);
}

function apply(options: Record<string, unknown>, setting: string): void {
  const equals = setting.indexOf('=');
  if (equals < 1) throw usageError(`--set ${setting}: expected <option>=<value>`);
  const path = setting.slice(0, equals).split('.');
  const last = path.pop() ?? '';
  let group = options;
  for (const name of path) {
    const child = group[name];
    const next: Record<string, unknown> = typeof child === 'object' && child !== null ? { ...child } : {};
    group[name] = next;
    group = next;
  }
  group[last] = valueOf(setting.slice(equals + 1));
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

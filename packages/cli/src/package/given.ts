/** The options that a command line gives: a file, then single settings over it. */
import { readFileSync } from 'node:fs';
import {
  mergeOptions,
  parseJson,
  parseSettings,
  resolveOptions,
  type OptionSchema,
  type Options,
  type OptionSource,
  type Problem,
} from '@warder/spec';
import type { Input } from '../command.ts';
import { CliError } from '../exit.ts';
import { problemsError } from './problem.ts';

/**
 * Undefined when none is given. What is missing is not looked for: an update has it from before, and the server looks.
 * @throws CliError `options-invalid` with every problem, and its place in the file
 */
export function readGiven(input: Input, schema: OptionSchema): Options | undefined {
  const file = input.text('options');
  const settings = input.list('set');
  if (file === undefined && settings.length === 0) return undefined;
  const source = file === undefined ? undefined : { file, text: readText(file) };
  const fromFile = source === undefined ? {} : parseFile(source);
  const fromSettings = parseSettings(settings, schema);
  if ('problems' in fromSettings) throw invalid(fromSettings.problems);
  const wrong = [...wrongIn(schema, fromFile, source), ...wrongIn(schema, fromSettings.options)];
  if (wrong.length > 0) throw invalid(wrong);
  return mergeOptions(fromFile, fromSettings.options);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('options-unreadable', `cannot read the options: ${why}`, { next: 'correct the path', cause });
  }
}

function parseFile({ file, text }: OptionSource): Options {
  const json = parseJson(text, file);
  if ('problems' in json) throw invalid(json.problems);
  const { value } = json;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new CliError('options-invalid', `${file} does not hold a JSON object`, { next: 'write {"<option>": <value>}' });
}

function wrongIn(schema: OptionSchema, given: Options, source?: OptionSource): readonly Problem[] {
  const resolved = resolveOptions(schema, given, source);
  return 'problems' in resolved ? resolved.problems.filter(({ code }) => code !== 'missing') : [];
}

function invalid(problems: readonly Problem[]): CliError {
  return problemsError('options-invalid', 'the options are wrong; nothing was changed', problems);
}

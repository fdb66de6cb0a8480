import { readFileSync } from 'node:fs';
import { checkPackage, parseEnv, type Env } from '@warder/spec';
import type { Command } from '../command.ts';
import { CliError, exitCodes } from '../exit.ts';
import { noticeLines, problemLines, problemsError } from './problem.ts';

export const check: Command = {
  args: [{ name: 'path', summary: 'the folder of a package, or a svc.yml' }],
  options: [{ flags: '-e, --env <file>', summary: 'values for the tags of a svc.yml: NAME=VALUE lines, or JSON' }],
  details: `Needs no server. The exit code is 0 when it is right, 1 when it is not.

Examples:
  warder package check services/hello
  warder package check svc.yml --env values.env`,
  run: async (input, { out }) => {
    const path = input.arg('path');
    const file = input.text('env');
    const checked = checkPackage(path, file === undefined ? {} : { env: readEnv(file) });
    if ('problems' in checked) {
      for (const line of problemLines(checked.problems)) out.line(line);
      out.line(`${checked.problems.length} problem${checked.problems.length === 1 ? '' : 's'} in ${path}`);
      return exitCodes.failed;
    }
    const { name, pods, plans } = checked.spec;
    for (const line of noticeLines(checked.notices)) out.line(line);
    out.line(`${path} is right: service ${name}, ${pods.length} pods, ${plans.length} plans`);
    return exitCodes.ok;
  },
};

function readEnv(file: string): Env {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('env-unreadable', `cannot read the values: ${why}`, { next: 'correct the path', cause });
  }
  const read = parseEnv(text, file);
  if ('problems' in read) throw problemsError('env-invalid', `${file} cannot be used`, read.problems);
  return read.env;
}

/** Problems of a package, a spec or options as an error of the CLI. */
import { formatProblem, type Problem } from '@warder/spec';
import { CliError, type CliErrorOptions } from '../exit.ts';

/** Every problem with its place and what to do about it. */
export function problemLines(problems: readonly Problem[]): readonly string[] {
  return problems.flatMap((problem) => formatProblem(problem).split('\n'));
}

/** As `problemLines`, for what is not wrong. */
export function noticeLines(notices: readonly Problem[]): readonly string[] {
  return notices.flatMap((notice) => `notice: ${formatProblem(notice)}`.split('\n'));
}

export function problemsError(
  code: string,
  message: string,
  problems: readonly Problem[],
  options: CliErrorOptions = {},
): CliError {
  return new CliError(code, message, { ...options, details: problemLines(problems) });
}

/** What is wrong with an input, where, and what to do next. Problems are values: all of a file are told at once. */

/** Every code there is. A code is never reused, and a new one is made only where somebody would react differently. */
export const problemCodes = {
  'template-syntax': 'a mustache tag or section is not closed, or is of a kind that is not allowed',
  'template-variable': 'a template uses a name that has no value',
  'template-missing': 'a config names a template that is not there',
  'yaml-syntax': 'the text is not YAML',
  'json-syntax': 'the text is not JSON',
  'duplicate-key': 'a key is there twice',
  'unknown-key': 'a key that the language or the options schema does not have',
  missing: 'a required key has no value',
  'wrong-type': 'a value is of the wrong kind',
  'out-of-range': 'a number or a choice is not one of those allowed',
  'no-meaning': 'a key that is accepted for old files and has no effect',
  'bad-name': 'a name breaks the rules for names',
  'bad-format': 'a text does not follow its own small grammar (placement, labels, paths, checksums)',
  conflict: 'two things that cannot both be there',
  'duplicate-name': 'two things share a name that must be unique',
  'duplicate-port': 'two ports of one resource set have the same number',
  'unknown-pod': 'a plan names a pod that is not there',
  'unknown-phase': 'a phase waits for one that the plan does not have',
  'unknown-task': 'a step names a task that is not there',
  'unknown-resource-set': 'a task names a resource set that is not there',
  'no-resources': 'a task or a resource set asks for no resources at all',
  'step-conflict': 'tasks that cannot run at the same time are launched together',
  'option-schema': 'options.json uses JSON Schema in a way that Warder does not read',
  'option-setting': 'a --set argument cannot be read',
  'unknown-version': 'the package does not offer this version of the application',
  'package-missing': 'a file that every package has is not there, or cannot be read',
} as const;

export type ProblemCode = keyof typeof problemCodes;

/** Line and column start at 1. */
export type Place = { readonly file: string; readonly line: number; readonly column: number };

export type Problem = {
  readonly code: ProblemCode;
  /** What happened. */
  readonly message: string;
  /** What to do next. */
  readonly next: string;
  /** The key it is about, as in `pods.hello.count` or `brokers.heap`. */
  readonly path?: string;
  /** Absent for what comes from no file (`--set`). */
  readonly where?: Place;
};

export type Problems = { readonly problems: readonly Problem[] };

/**
 * Two lines for a terminal.
 * @example
 * service.yml:4:12: pods.hello.count: expected a whole number, got `two` (wrong-type)
 *   next: write a whole number
 */
export const formatProblem = (problem: Problem): string => {
  const { where } = problem;
  const place = where ? `${where.file}:${where.line}:${where.column}: ` : '';
  return `${place}${problem.message} (${problem.code})\n  next: ${problem.next}`;
};

/** In the order of the file, each once. */
export const sortProblems = (problems: readonly Problem[]): readonly Problem[] => {
  const seen = new Set<string>();
  const unique = problems.filter((problem) => {
    const key = JSON.stringify([problem.where, problem.code, problem.message]);
    return !seen.has(key) && seen.add(key);
  });
  return unique.toSorted((a, b) => comparePlaces(a.where, b.where));
};

const comparePlaces = (a: Place | undefined, b: Place | undefined): number => {
  if (!a || !b) return a ? -1 : b ? 1 : 0;
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
};

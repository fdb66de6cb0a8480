import { withTaskEnv } from '../dcos/task-env.ts';
import { parseSpec } from '../parse-spec.ts';
import type { ParsedSpec } from '../parse-spec.ts';
import type { Problem, Problems } from '../problem.ts';
import type { Env } from './env.ts';
import { isFolder, readText, templatesBeside } from './file.ts';
import { loadPackage } from './load.ts';
import { specOf } from './spec-of.ts';

export type CheckOptions = {
  /** The values for the tags of a lone svc.yml. */
  readonly env?: Env;
};

/** Stands for the uid that an installation gets. */
const anyUid = '0'.repeat(32);

/**
 * Says whether a package or a lone svc.yml is right. A folder is checked as if it were installed under its own name
 * with its default options; a svc.yml with the values of `env`.
 */
export const checkPackage = (path: string, { env }: CheckOptions = {}): ParsedSpec | Problems => {
  if (!isFolder(path)) return checkFile(path, env ?? {});
  if (env) return { problems: [envForFolder] };
  const loaded = loadPackage(path);
  if ('problems' in loaded) return loaded;
  return specOf(loaded.package, { name: loaded.package.name, options: {}, uid: anyUid, isCheck: true });
};

const envForFolder: Problem = {
  code: 'conflict',
  message: 'a package folder is checked with its default options, so that --env has no meaning for it',
  next: 'leave --env out, or name a svc.yml file',
};

const checkFile = (path: string, env: Env): ParsedSpec | Problems => {
  const read = readText(path);
  if ('problems' in read) return read;
  const checked = parseSpec({ text: read.text, file: path, view: env, readTemplate: templatesBeside(path) });
  if ('problems' in checked) return { problems: checked.problems.map(withEnv) };
  return { ...checked, spec: withTaskEnv(checked.spec, env) };
};

/** In a lone file, a name gets its value from the command line. */
const withEnv = (problem: Problem): Problem => {
  if (problem.code !== 'template-variable' || problem.next.startsWith('did you mean')) return problem;
  return { ...problem, next: `give it a value: a line \`${problem.path}=...\` in a file, and --env <file>` };
};

import type { ServiceSpec } from '@warder/core';
import { stringify } from 'yaml';
import { specSchema } from '../language/service.ts';
import type { ServiceInput } from '../language/service.ts';
import { parsePlainSpec } from '../parse-spec.ts';
import { formatProblem } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { toPlain } from './plain.ts';

export type DefineOptions = {
  /** The templates that `configs` name: name to text. */
  readonly templates?: Readonly<Record<string, string>>;
};

/** What `defineService` was given is no spec. */
export class SpecError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => formatProblem(problem)).join('\n'));
    this.name = 'SpecError';
    this.problems = problems;
  }
}

/**
 * A spec written in TypeScript: what service.yml says, with its keys in camel case. The same rules hold, the same
 * defaults are filled in, and the same spec comes out.
 *
 * @throws SpecError with every problem at once, each with the path of its key
 * @example
 * defineService({
 *   name: 'web',
 *   pods: {
 *     server: {
 *       count: 2,
 *       placement: 'hostname:UNIQUE',
 *       tasks: { main: { goal: 'RUNNING', cmd: 'exec ./server', cpus: 0.5, memory: 128, killGracePeriod: 10 } },
 *     },
 *   },
 * })
 */
export const defineService = (input: ServiceInput, { templates = {} }: DefineOptions = {}): ServiceSpec => {
  // Through the text, so that there is one reader: what is right in a file is right here.
  const text = stringify(toPlain(input, specSchema), { lineWidth: 0 });
  const parsed = parsePlainSpec(text, 'spec', (name) => (Object.hasOwn(templates, name) ? templates[name] : undefined));
  if ('problems' in parsed) throw new SpecError(parsed.problems.map(withoutPlace));
  return parsed.spec;
};

/** A place in a text that nobody wrote helps nobody. */
const withoutPlace = ({ code, message, next, path }: Problem): Problem => ({
  code,
  message,
  next,
  ...(path === undefined ? {} : { path }),
});

import type { Path } from '../path.ts';
import { sortProblems } from '../problem.ts';
import type { Problem, Problems } from '../problem.ts';
import { sourceOf } from '../source.ts';
import { readYaml } from '../yaml/reader.ts';
import type { Report } from '../yaml/reader.ts';
import type { Shape } from './shape.ts';

export type ReadText<T> = {
  readonly value: T;
  /** Something else that is wrong with what stands at a path, found out later. */
  readonly problemAt: (path: Path, problem: Report) => Problem;
};

/**
 * Reads a text in YAML, or JSON, that has a shape of its own; or tells all that is wrong, each at its place.
 * @example
 * const shape = object({ count: required(wholeNumber({ min: 1 }), 'how many') })
 * readText(shape, 'count: 3', 'my.yml') // { value: { count: 3 }, ... }
 */
export const readText = <L, S, I>(shape: Shape<L, S, I>, text: string, file: string): ReadText<S> | Problems => {
  const reader = readYaml(text, sourceOf(text, file));
  const read = reader.readable ? shape.read(reader.root, reader) : undefined;
  if (read === undefined || reader.problems.length > 0) return { problems: sortProblems(reader.problems) };
  return {
    // Without problems nothing is left out of what was read.
    value: read as unknown as S,
    problemAt: (path, problem) => {
      reader.reportAt(path, 'key', problem);
      return reader.problems.at(-1) ?? problem;
    },
  };
};

import { parsed } from '../shape/scalar.ts';
import type { Report } from '../yaml/reader.ts';

/** A path inside the working directory of a task. */
export const relativePath = parsed<string>(
  'a path',
  'A path inside the working directory of the task.',
  (text) => problemOf(text, text.split('/').includes('..')) ?? { value: text },
);

/**
 * As `relativePath`, but `..` is allowed: old files lead out of the working directory. Nothing may be written there,
 * so the working directory counts as the root (`insideOf`).
 */
export const destPath = parsed<string>('a path', 'A path inside the working directory of the task.', (text) =>
  insideOf(text) === ''
    ? { ...outside(text), message: `\`${text}\` names no file` }
    : (problemOf(text) ?? { value: text }),
);

/** `../other/x` is `other/x`, as it would be at the root of a file system. */
export const insideOf = (path: string): string =>
  path
    .split('/')
    .reduce<readonly string[]>((parts, part) => {
      if (part === '..') return parts.slice(0, -1);
      return part === '' || part === '.' ? parts : [...parts, part];
    }, [])
    .join('/');

const problemOf = (text: string, leadsOut = false): Report | undefined =>
  text.startsWith('/') || leadsOut || text.trim() === '' ? outside(text) : undefined;

const outside = (text: string): Report => ({
  code: 'bad-format',
  message: text.trim() === '' ? 'the path is empty' : `\`${text}\` leads out of the working directory of the task`,
  next: 'write a path inside it, without `..` and without a `/` in front',
});

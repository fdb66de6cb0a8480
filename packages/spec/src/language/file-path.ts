import { parsed } from '../shape/scalar.ts';

/** A path inside the working directory of a task. */
export const relativePath = parsed<string>('a path', 'A path inside the working directory of the task.', (text) => {
  const parts = text.split('/');
  if (text.startsWith('/') || parts.includes('..')) {
    return {
      code: 'unsupported',
      message: `\`${text}\` leads out of the working directory of the task, which Warder does not offer`,
      next: 'write a path inside it, without `..` and without a `/` in front',
    };
  }
  if (text.trim() === '') return { code: 'bad-format', message: 'the path is empty', next: 'write a path' };
  return { value: text };
});

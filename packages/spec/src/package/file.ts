/** Reading the files of a package: texts of a bounded size, from its folder and nowhere else. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import type { ReadTemplate } from '../map/pod.ts';
import type { Problems } from '../problem.ts';

/** Bigger than any text that a person writes. */
const textBytesMax = 4 * 1024 * 1024;

export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Templates below a folder, in it or in one of these; never outside of it. */
export const templatesIn =
  (folder: string): ReadTemplate =>
  (path) => {
    for (const place of ['.', 'templates', 'dist']) {
      const file = resolve(folder, place, path);
      if (relative(resolve(folder), file).startsWith('..')) continue;
      const read = readText(file);
      if ('text' in read) return read.text;
    }
    return undefined;
  };

export const templatesBeside = (file: string): ReadTemplate => templatesIn(dirname(file));

/** A text file, or why it cannot be read. */
export const readText = (path: string): { readonly text: string } | Problems => {
  const file = shownPath(path);
  try {
    const { size } = statSync(path);
    if (size > textBytesMax) return unreadable(file, `it has ${size} bytes`, `keep it below ${textBytesMax} bytes`);
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error';
    if (code === 'ENOENT') return unreadable(file, 'there is no such file', 'write it, or correct the path');
    return unreadable(file, `the system says ${code}`, 'check that it is a file, and that you may read it');
  }
};

const unreadable = (file: string, why: string, next: string): Problems => ({
  problems: [{ code: 'package-missing', message: `cannot read it: ${why}`, next, where: { file, line: 1, column: 1 } }],
});

/** As short as it can be from where the user is. */
export const shownPath = (path: string): string => {
  const short = relative(process.cwd(), resolve(path));
  return short.startsWith('..') || short === '' ? resolve(path) : short;
};

import type { Place } from './problem.ts';

/** A text that a person wrote, with the name of its file. */
export type Source = {
  readonly file: string;
  readonly text: string;
  readonly placeOf: (offset: number) => Place;
};

export const sourceOf = (text: string, file: string): Source => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return { file, text, placeOf: (offset) => place(file, starts, Math.max(0, Math.min(offset, text.length))) };
};

const place = (file: string, starts: readonly number[], offset: number): Place => {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
};

/** A part of the terminal that is painted again and again in place. */
import { stripVTControlCharacters } from 'node:util';
import type { Terminal } from './terminal.ts';

export type Live = {
  /** Replace what is shown. */
  readonly show: (lines: readonly string[]) => void;
  /** Leave the last frame and give the cursor back. */
  readonly end: () => void;
};

const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';

/** To be used on a terminal only. */
export function openLive(terminal: Terminal): Live {
  let height = 0;
  terminal.write(hideCursor);
  return {
    show: (lines) => {
      const fitted = fit(lines, terminal.columns, terminal.rows - 1);
      terminal.write(frame(height, fitted));
      height = fitted.length;
    },
    end: () => terminal.write(showCursor),
  };
}

/** Back over the frame before, then each line over the old one, then nothing of the old one is left. */
export function frame(heightBefore: number, lines: readonly string[]): string {
  const back = heightBefore === 0 ? '' : `\u001B[${heightBefore}A\r`;
  return `${back}${lines.map((line) => `${line}\u001B[K\n`).join('')}\u001B[J`;
}

/** A frame that wraps or scrolls cannot be painted over: cut lines at the width and, in the middle, at the height. */
export function fit(lines: readonly string[], columns: number, rows: number): readonly string[] {
  const cut = lines.map((line) => truncate(line, columns));
  if (cut.length <= rows || rows < 3) return cut;
  const head = Math.ceil((rows - 1) / 2);
  const tail = rows - 1 - head;
  return [...cut.slice(0, head), `… ${cut.length - head - tail} more lines`, ...cut.slice(cut.length - tail)];
}

/** Cut to the visible width; a cut line ends its colours. */
export function truncate(line: string, columns: number): string {
  if (stripVTControlCharacters(line).length <= columns) return line;
  let visible = 0;
  let at = 0;
  while (at < line.length && visible < columns - 1) {
    // eslint-disable-next-line no-control-regex -- colour sequences have no width
    const escape = /^\u001B\[[0-9;]*m/.exec(line.slice(at));
    if (escape === null) visible++;
    at += escape === null ? 1 : escape[0].length;
  }
  const kept = line.slice(0, at);
  return kept.includes('\u001B') ? `${kept}…\u001B[0m` : `${kept}…`;
}

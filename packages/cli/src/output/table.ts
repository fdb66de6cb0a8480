/** Columns of text, as wide as their widest cell; the last one is as long as it wants. */
import { stripVTControlCharacters } from 'node:util';
import type { Paint } from './terminal.ts';

export type Row = readonly string[];

/** Without a trailing newline. No rows: only the heading. */
export function renderTable(heading: Row, rows: readonly Row[], paint: Paint): string {
  const widths = heading.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => visibleWidth(row[column] ?? ''))),
  );
  const line = (cells: Row): string =>
    cells
      .map((cell, column) => (column === cells.length - 1 ? cell : pad(cell, widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [paint('dim', line(heading)), ...rows.map(line)].join('\n');
}

function visibleWidth(text: string): number {
  return stripVTControlCharacters(text).length;
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - visibleWidth(cell)));
}

export type Row = Readonly<Record<string, string>>;

/** A Markdown table, so that what is printed can be kept in docs/. */
export function tableOf(rows: readonly Row[]): string {
  const [first] = rows;
  if (first === undefined) return '(nothing measured)';
  const columns = Object.keys(first);
  const width = (column: string): number => Math.max(column.length, ...rows.map((row) => (row[column] ?? '').length));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map((column) => column.padEnd(width(column)))),
    line(columns.map((column) => '-'.repeat(width(column)))),
    ...rows.map((row) => line(columns.map((column) => (row[column] ?? '').padEnd(width(column))))),
  ].join('\n');
}

/** A line of the server's log (JSON, one object a line) as people read it. Pure. */
import type { Paint } from '../output/terminal.ts';
import { dateTime } from '../output/time.ts';

const levels: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** Of every line: not worth a word. */
const dull = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'v']);

/** What is not such an object is shown as it is. */
export function logLine(line: string, paint: Paint): string {
  const entry = parse(line);
  if (entry === undefined) return line;
  const level = levels[Number(entry['level'])] ?? textOf(entry['level']);
  const fields = Object.entries(entry)
    .filter(([name]) => !dull.has(name))
    .map(([name, value]) => `${name}=${textOf(value)}`);
  const coloured =
    level === 'error' || level === 'fatal' ? paint('red', level) : level === 'warn' ? paint('yellow', level) : level;
  return [timeText(entry['time']), coloured, textOf(entry['msg']), paint('dim', fields.join(' '))]
    .filter((part) => part !== '')
    .join('  ');
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function timeText(time: unknown): string {
  return typeof time === 'number' ? dateTime(time) : textOf(time);
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Answers as lines of a properties file, as Java reads them. */

/** A text or a list is one property of the given name. */
export function propertyLines(value: unknown, name: string): readonly string[] {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries: readonly (readonly [string, unknown])[] = isMap ? Object.entries(value) : [[name, value]];
  return entries.map(([key, each]) => `${escaped(key, /[\\:=#!\s]/g)}=${escaped(textOf(each), /\\|^\s|[\r\n]/g)}`);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r' };

/** What is not ASCII as `\\uXXXX`: older readers take the file for Latin 1. */
function escaped(text: string, special: RegExp): string {
  return text
    .replaceAll(special, (char) => escapes[char] ?? `\\${char}`)
    .replaceAll(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

import { parsed } from '../shape/scalar.ts';

/** `key:value,key2:value2`; only the first `:` splits, so a value may hold more. */
export const labels = parsed<Readonly<Record<string, string>>>(
  'labels',
  'Labels as `key:value,key2:value2`.',
  (text) => {
    const entries: [string, string][] = [];
    for (const label of text.split(',')) {
      const at = label.indexOf(':');
      const key = label.slice(0, Math.max(at, 0)).trim();
      if (key === '') {
        return {
          code: 'bad-format',
          message: `the label \`${label.trim()}\` is not \`key:value\``,
          next: 'write `key:value,key2:value2`',
        };
      }
      if (entries.some(([other]) => other === key)) {
        return { code: 'duplicate-name', message: `the label \`${key}\` is there twice`, next: 'remove one of them' };
      }
      entries.push([key, label.slice(at + 1).trim()]);
    }
    return { value: Object.fromEntries(entries) };
  },
);

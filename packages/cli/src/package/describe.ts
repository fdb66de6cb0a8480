import type { OptionSchema } from '@warder/spec';
import type { PackageDetail } from '../api/answers.ts';
import { jsonOption, type Command } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import type { Terminal } from '../output/terminal.ts';

export const describe: Command = {
  args: [{ name: 'package', summary: 'its name' }],
  options: [jsonOption],
  run: async (input, { api, out, hint }) => {
    const name = input.arg('package');
    const detail = await api().get<PackageDetail>(`/v1/packages/${encodeURIComponent(name)}`);
    if (input.json) {
      printJson(out, detail);
      return exitCodes.ok;
    }
    out.line(`${out.paint('bold', detail.name)} ${detail.version}: ${detail.description}`);
    out.line(`Versions of the application: ${detail.versions.join(', ')}`);
    out.line();
    for (const line of optionLines(detail.options, out)) out.line(line);
    out.line();
    out.line(`Set them: ${hint(`package install ${name} --set <option>=<value>`)}, or --options <file.json>`);
    return exitCodes.ok;
  },
};

/** Each option that is not a group: its name, type and default, and below what it is. */
export function optionLines(
  schema: OptionSchema,
  { paint, columns }: Pick<Terminal, 'paint' | 'columns'>,
  path = '',
): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const full = path === '' ? name : `${path}.${name}`;
    if (child.properties !== undefined) return optionLines(child, { paint, columns }, full);
    const facts = [
      typeText(child),
      ...(child.default === undefined ? [] : [`default ${JSON.stringify(child.default)}`]),
    ];
    return [
      `${paint('bold', full)}  ${paint('dim', facts.join(', '))}`,
      ...wrap(child.description ?? '', columns - indent.length).map((line) => indent + line),
    ];
  });
}

const indent = '    ';

function typeText({ type, enum: choices }: OptionSchema): string {
  if (choices !== undefined) return choices.map(String).join(' | ');
  return [type ?? 'any'].flat().join(' | ');
}

/** Lines of whole words, none longer than `width` unless a word is. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

import type { OptionSchema } from '@warder/spec';
import type { PackageDetail } from '../api/answers.ts';
import { jsonOption, type Command } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { renderTable } from '../output/table.ts';

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
    out.line(renderTable(['OPTION', 'TYPE', 'DEFAULT', 'WHAT IT IS'], optionRows(detail.options), out.paint));
    out.line();
    out.line(`Set them: ${hint(`package install ${name} --set <option>=<value>`)}, or --options <file.json>`);
    return exitCodes.ok;
  },
};

/** One row for each option that is not a group. */
export function optionRows(schema: OptionSchema, path = ''): readonly (readonly string[])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const full = path === '' ? name : `${path}.${name}`;
    if (child.properties !== undefined) return optionRows(child, full);
    return [[full, typeText(child), defaultText(child.default), child.description ?? '']];
  });
}

function typeText({ type, enum: choices }: OptionSchema): string {
  if (choices !== undefined) return choices.map(String).join(' | ');
  return [type ?? 'any'].flat().join(' | ');
}

function defaultText(value: unknown): string {
  if (value === undefined) return '';
  return JSON.stringify(value);
}

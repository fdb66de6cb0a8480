import type { FieldDiff } from '@warder/core';
import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { diffText } from '../plan/tree.ts';

export const diff: ServiceCommand = {
  args: [
    { name: 'id', summary: 'from `config list`' },
    { name: 'other', summary: 'what it is compared with' },
  ],
  options: [jsonOption],
  run: async (input, { api, out, path }) => {
    const [from, to] = [input.arg('id'), input.arg('other')].map(encodeURIComponent);
    const fields = await api().get<readonly FieldDiff[]>(path(`/configurations/${from}/diff/${to}`));
    if (input.json) printJson(out, fields);
    else if (fields.length === 0) out.line('They are the same.');
    else for (const field of fields) out.line(diffText(field));
    return exitCodes.ok;
  },
};

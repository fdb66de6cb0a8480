import type { PackageAnswer } from '../api/answers.ts';
import { jsonOption, type Command } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { renderTable } from '../output/table.ts';

export const list: Command = {
  options: [jsonOption],
  run: async (input, { api, out }) => {
    const packages = await api().get<readonly PackageAnswer[]>('/v1/packages');
    if (input.json) printJson(out, packages);
    else {
      const rows = packages.map(({ name, version, versions, description }) => [
        name,
        version,
        versions.join(', '),
        description,
      ]);
      out.line(renderTable(['PACKAGE', 'VERSION', 'OF THE APPLICATION', 'DESCRIPTION'], rows, out.paint));
    }
    return exitCodes.ok;
  },
};

import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';

export const targetId: ServiceCommand = {
  options: [jsonOption],
  run: async (input, { api, out, path }) => {
    const ids = await api().get<readonly string[]>(path('/configurations/targetId'));
    if (input.json) printJson(out, ids);
    else for (const id of ids) out.line(id);
    return exitCodes.ok;
  },
};

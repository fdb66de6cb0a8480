import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';

export const list: ServiceCommand = {
  options: [jsonOption],
  run: async (input, { api, out, path }) => {
    const ids = await api().get<readonly string[]>(path('/configurations'));
    if (input.json) {
      printJson(out, ids);
      return exitCodes.ok;
    }
    const [target] = await api().get<readonly string[]>(path('/configurations/targetId'));
    for (const id of ids) out.line(id === target ? `${id} (target)` : id);
    return exitCodes.ok;
  },
};

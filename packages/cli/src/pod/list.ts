import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';

export const list: ServiceCommand = {
  options: [jsonOption],
  run: async (input, { api, out, path }) => {
    const instances = await api().get<readonly string[]>(path('/pod'));
    if (input.json) printJson(out, instances);
    else for (const instance of instances) out.line(instance);
    return exitCodes.ok;
  },
};

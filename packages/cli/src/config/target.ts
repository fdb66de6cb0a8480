import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';

export const target: ServiceCommand = {
  options: [jsonOption],
  run: async (_input, { api, out, path }) => {
    printJson(out, await api().get<unknown>(path('/configurations/target')));
    return exitCodes.ok;
  },
};

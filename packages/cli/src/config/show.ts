import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';

export const show: ServiceCommand = {
  args: [{ name: 'id', summary: 'from `config list`' }],
  options: [jsonOption],
  run: async (input, { api, out, path }) => {
    printJson(out, await api().get<unknown>(path(`/configurations/${encodeURIComponent(input.arg('id'))}`)));
    return exitCodes.ok;
  },
};

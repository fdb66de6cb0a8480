import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { instanceArg } from './request.ts';

export const info: ServiceCommand = {
  args: [instanceArg],
  options: [jsonOption],
  details: 'Always JSON: all that is recorded of it, with the spec of each task as it was launched.',
  run: async (input, { api, out, path }) => {
    printJson(out, await api().get<unknown>(path(`/pod/${encodeURIComponent(input.arg('instance'))}/info`)));
    return exitCodes.ok;
  },
};

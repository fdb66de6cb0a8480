import { jsonOption, type ServiceCommand } from './command.ts';
import { exitCodes } from './exit.ts';
import { printJson } from './output/json.ts';

export const describe: ServiceCommand = {
  options: [jsonOption],
  details: 'Always JSON: its options, those that were not given with their defaults. `config target` has all the rest.',
  run: async (_input, { api, out, path }) => {
    const { options } = await api().get<{ readonly options: unknown }>(path('/configurations/target'));
    printJson(out, options);
    return exitCodes.ok;
  },
};

import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { phaseArg, stepArg } from '../plan/part.ts';

export const plans: ServiceCommand = {
  args: [{ name: 'plan', summary: 'only this one', optional: true }, phaseArg, stepArg],
  options: [{ flags: '--tasks', summary: 'the tasks that each step is about, and their states, instead' }, jsonOption],
  details: 'Always JSON: how far each run is.',
  run: async (input, { api, out, path }) => {
    const [plan, phase, step] = input.args;
    const what = input.flag('tasks') ? '/debug/taskStatuses' : '/debug/plans';
    printJson(out, await api().get<unknown>(path(what), { plan, phase, step }));
    return exitCodes.ok;
  },
};

import { jsonOption, type ServiceCommand } from './command.ts';
import { exitCodes } from './exit.ts';
import { printJson } from './output/json.ts';

export const metrics: ServiceCommand = {
  options: [jsonOption],
  details: 'As Prometheus reads it, from /service/<name>/v1/metrics/prometheus.',
  run: async (input, { api, out, path }) => {
    if (input.json) printJson(out, await api().get<unknown>(path('/metrics')));
    else out.write((await api().bytes(path('/metrics/prometheus'))).toString());
    return exitCodes.ok;
  },
};

import type { ReservationView } from '../api/answers.ts';
import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { renderTable } from '../output/table.ts';

export const reservations: ServiceCommand = {
  options: [jsonOption],
  run: async (input, { api, out, path }) => {
    const all = await api().get<readonly ReservationView[]>(path('/debug/reservations'));
    if (input.json) {
      printJson(out, all);
      return exitCodes.ok;
    }
    const rows = all.map(({ instance, agentId, address, sets, releasing }) => [
      instance,
      agentId,
      address,
      sets.map(({ cpus, memoryMiB }) => `${cpus} cpus ${memoryMiB} MiB`).join(', '),
      sets.flatMap(({ volumes }) => volumes.map((volume) => `${volume.path} ${volume.sizeMiB} MiB`)).join(', '),
      releasing ? out.paint('yellow', 'is being given back') : '',
    ]);
    out.line(renderTable(['INSTANCE', 'AGENT', 'ADDRESS', 'RESOURCES', 'VOLUMES', ''], rows, out.paint));
    return exitCodes.ok;
  },
};

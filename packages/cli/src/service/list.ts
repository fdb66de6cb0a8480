import type { ServiceAnswer } from '../api/answers.ts';
import { jsonOption, type Command } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { paintStatus } from '../output/status.ts';
import { renderTable } from '../output/table.ts';
import { dateTime } from '../output/time.ts';

export const list: Command = {
  options: [jsonOption],
  run: async (input, { api, out, hint }) => {
    const services = await api().get<readonly ServiceAnswer[]>('/v1/services');
    if (input.json) printJson(out, services);
    else if (services.length === 0) out.line(`No service is installed. See: ${hint('package list')}`);
    else {
      const rows = services.map((service) => [
        service.name,
        service.package,
        service.version,
        paintStatus(out.paint, service.status),
        Object.entries(service.plans)
          .map(([plan, status]) => `${plan} ${paintStatus(out.paint, status)}`)
          .join(', '),
        dateTime(service.createdMs),
      ]);
      out.line(renderTable(['NAME', 'PACKAGE', 'VERSION', 'STATUS', 'PLANS', 'CREATED'], rows, out.paint));
    }
    return exitCodes.ok;
  },
};

import { jsonOption, type Command } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { renderTable } from '../output/table.ts';
import { byteSize, dateTime } from '../output/time.ts';
import type { SecretAnswer } from './answer.ts';

export const list: Command = {
  options: [jsonOption],
  run: async (input, { api, out, hint }) => {
    const secrets = await api().get<readonly SecretAnswer[]>('/v1/secrets');
    if (input.json) printJson(out, secrets);
    else if (secrets.length === 0) out.line(`There is no secret. Put one: ${hint('secret put <path>')}`);
    else {
      const rows = secrets.map(({ path, version, sizeBytes, updatedMs, services }) => [
        path,
        String(version),
        byteSize(sizeBytes),
        dateTime(updatedMs),
        services.join(', '),
      ]);
      out.line(renderTable(['PATH', 'VERSION', 'SIZE', 'PUT', 'NAMED BY'], rows, out.paint));
    }
    return exitCodes.ok;
  },
};

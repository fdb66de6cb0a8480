import { jsonOption, type Command } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';

export const ca: Command = {
  options: [jsonOption],
  details: `Tasks with transport encryption show certificates that this one vouches for. Each server has its own.

Example:
  warder tls ca > warder-ca.pem && curl --cacert warder-ca.pem https://...`,
  run: async (input, { api, out }) => {
    const answer = await api().get<{ readonly certificate: string }>('/v1/tls/ca');
    if (input.json) printJson(out, answer);
    else out.write(answer.certificate);
    return exitCodes.ok;
  },
};

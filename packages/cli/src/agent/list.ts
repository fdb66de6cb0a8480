import type { AgentView } from '../api/answers.ts';
import { jsonOption, type Command } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { paintStatus } from '../output/status.ts';
import { renderTable } from '../output/table.ts';

export const list: Command = {
  options: [jsonOption],
  run: async (input, { api, out }) => {
    const agents = await api().get<readonly AgentView[]>('/v1/agents');
    if (input.json) {
      printJson(out, agents);
      return exitCodes.ok;
    }
    const rows = agents.map(({ offer, total }) => [
      offer.agentId,
      paintStatus(out.paint, offer.maintenance ?? offer.state),
      offer.address,
      `${round(offer.cpus)}/${round(total.cpus)}`,
      `${Math.round(offer.memoryMiB)}/${Math.round(total.memoryMiB)}`,
      `${Math.round(offer.diskMiB)}/${Math.round(total.diskMiB)}`,
      Object.entries(offer.attributes)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
    ]);
    const heading = ['AGENT', 'STATE', 'ADDRESS', 'CPUS FREE', 'MEMORY MIB', 'DISK MIB', 'ATTRIBUTES'];
    out.line(renderTable(heading, rows, out.paint));
    return exitCodes.ok;
  },
};

const round = (cpus: number): number => Math.round(cpus * 100) / 100;

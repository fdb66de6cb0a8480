import type { TaskView } from '../api/answers.ts';
import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { paintStatus } from '../output/status.ts';
import { renderTable } from '../output/table.ts';
import { duration } from '../output/time.ts';

export const list: ServiceCommand = {
  options: [jsonOption],
  run: async (input, { api, out, path }) => {
    const tasks = await api().get<readonly TaskView[]>(path('/tasks'));
    if (input.json) {
      printJson(out, tasks);
      return exitCodes.ok;
    }
    const nowMs = Date.now();
    const rows = tasks.map((task) => [
      task.name,
      paintStatus(out.paint, task.state),
      task.ready ? 'yes' : 'no',
      task.agent ?? '',
      task.address ?? '',
      Object.entries(task.ports ?? {})
        .map(([name, port]) => `${name} ${port}`)
        .join(', '),
      task.startedMs === undefined ? '' : duration(nowMs - task.startedMs),
      task.id,
    ]);
    out.line(renderTable(['TASK', 'STATE', 'READY', 'AGENT', 'ADDRESS', 'PORTS', 'AGE', 'ID'], rows, out.paint));
    return exitCodes.ok;
  },
};

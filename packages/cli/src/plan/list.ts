import type { RunView } from '../api/answers.ts';
import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { paintStatus } from '../output/status.ts';
import { renderTable } from '../output/table.ts';
import { dateTime, took } from '../output/time.ts';
import { neverRan } from './tree.ts';

export const list: ServiceCommand = {
  options: [jsonOption],
  run: async (input, { api, out, path }) => {
    const names = await api().get<readonly string[]>(path('/plans'));
    if (input.json) {
      printJson(out, names);
      return exitCodes.ok;
    }
    const runs = await Promise.all(names.map((name) => api().get<RunView>(path(`/plans/${encodeURIComponent(name)}`))));
    const rows = runs.map((run, index) => [
      names[index] ?? run.name,
      paintStatus(out.paint, run.status),
      stepsDone(run),
      run.id,
      neverRan(run) ? '' : dateTime(run.createdMs),
      run.endedMs === undefined ? '' : took(run.endedMs - run.createdMs),
    ]);
    out.line(renderTable(['PLAN', 'STATUS', 'STEPS', 'RUN', 'STARTED', 'TOOK'], rows, out.paint));
    return exitCodes.ok;
  },
};

function stepsDone(run: RunView): string {
  const steps = run.phases.flatMap((phase) => phase.steps);
  if (steps.length === 0) return '';
  return `${steps.filter((step) => step.status === 'COMPLETE').length}/${steps.length}`;
}

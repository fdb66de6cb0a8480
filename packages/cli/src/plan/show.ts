import type { RunView } from '../api/answers.ts';
import { jsonOption, type ServiceCommand, type ServiceContext } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { finish, followRun, treeOptions } from './follow.ts';
import { causeLines, neverRan, planLines } from './tree.ts';

export const show: ServiceCommand = {
  args: [{ name: 'plan', summary: 'deploy, update, recovery ..., or the id of a run (run-3)' }],
  options: [{ flags: '-w, --watch', summary: 'show it live until it ends' }, jsonOption],
  details: 'With --watch the exit code is 0 when the run completed, 1 when it did not.',
  run: async (input, context) => {
    const { path, runId } = runPath(input.arg('plan'));
    const run = await context.api().get<RunView>(context.path(path));
    if (input.json) printJson(context.out, run);
    else if (input.flag('watch') && !neverRan(run)) {
      return finish(context, await followRun(context, runId ?? run.id));
    } else printRun(context, run);
    return exitCodes.ok;
  },
};

/** A run is asked for by its id, a plan by its name: that is its newest run. */
function runPath(word: string): { readonly path: string; readonly runId?: string } {
  if (/^run-\d+$/.test(word)) return { path: `/runs/${word}`, runId: word };
  return { path: `/plans/${encodeURIComponent(word)}` };
}

function printRun(context: ServiceContext, run: RunView): void {
  const { out, hint, service } = context;
  for (const line of planLines(run, treeOptions(context))) out.line(line);
  if (neverRan(run)) out.line(`It never ran. Start it: ${hint(`${service} plan start ${run.name}`)}`);
  else for (const line of [...causeLines(run), ...etaLines(run)]) out.line(line);
}

function etaLines({ eta }: RunView): readonly string[] {
  return eta === undefined ? [] : [`time left: ${eta.how}`];
}

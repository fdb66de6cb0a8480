import type { Evaluation, Outcome } from '@warder/core';
import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import type { Paint } from '../output/terminal.ts';
import { clockTime } from '../output/time.ts';
import { renderTree, type Branch } from '../output/tree.ts';

export const offers: ServiceCommand = {
  args: [{ name: 'instance', summary: 'only for this pod instance', optional: true }],
  options: [jsonOption],
  run: async (input, { api, out, path }) => {
    const all = await api().get<readonly Evaluation[]>(path('/debug/offers'));
    const wanted = input.optionalArg('instance');
    if (input.json) {
      printJson(out, all);
      return exitCodes.ok;
    }
    const shown = wanted === undefined ? all : all.filter((evaluation) => evaluation.instance === wanted);
    if (shown.length === 0) out.line('No offer was looked at since the server started.');
    for (const evaluation of shown) {
      for (const line of renderTree(evaluationBranch(evaluation, out.paint))) out.line(line);
    }
    return exitCodes.ok;
  },
};

export function evaluationBranch({ atMs, instance, hostname, outcome }: Evaluation, paint: Paint): Branch {
  return {
    text: `${clockTime(atMs)} ${paint('bold', instance)} on ${hostname}: ${outcomeText(outcome, paint)}`,
    children: outcome.children.map((child) => outcomeBranch(child, paint)),
  };
}

function outcomeBranch(outcome: Outcome, paint: Paint): Branch {
  return {
    text: `${outcome.check}: ${outcomeText(outcome, paint)}`,
    children: outcome.children.map((child) => outcomeBranch(child, paint)),
  };
}

function outcomeText({ passed, reason }: Outcome, paint: Paint): string {
  const verdict = passed ? paint('green', 'yes') : paint('red', 'no');
  return reason === '' ? verdict : `${verdict}, ${reason}`;
}

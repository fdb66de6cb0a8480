import type { InstanceStatus, PodStatus } from '../api/answers.ts';
import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { paintStatus } from '../output/status.ts';
import type { Paint } from '../output/terminal.ts';
import { duration } from '../output/time.ts';
import { renderTree, type Branch } from '../output/tree.ts';

export const status: ServiceCommand = {
  args: [{ name: 'instance', summary: 'only this pod instance (kafka-0)', optional: true }],
  options: [jsonOption],
  run: async (input, { api, out, path }) => {
    const wanted = input.optionalArg('instance');
    const answer = await api().get<unknown>(
      path(wanted === undefined ? '/pod/status' : `/pod/${encodeURIComponent(wanted)}/status`),
    );
    if (input.json) printJson(out, answer);
    else {
      const tree =
        wanted === undefined ? allBranch(answer as PodStatus, out.paint) : one(answer as InstanceStatus, out.paint);
      for (const line of renderTree(tree)) out.line(line);
    }
    return exitCodes.ok;
  },
};

export function allBranch(answer: PodStatus, paint: Paint): Branch {
  return {
    text: paint('bold', answer.service),
    children: answer.pods.map((pod) => ({
      text: pod.name,
      children: pod.instances.map((instance) => one(instance, paint)),
    })),
  };
}

function one(instance: InstanceStatus, paint: Paint): Branch {
  const { paused } = instance;
  const by = paused === undefined ? '' : ` paused by ${paused.by} for ${duration(Date.now() - paused.sinceMs)}`;
  return {
    text: instance.name + paint('yellow', by),
    children: instance.tasks.map((task) => ({ text: `${task.name} (${paintStatus(paint, task.status)})` })),
  };
}

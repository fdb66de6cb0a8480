import type { ServiceCommand } from '../command.ts';
import { followOrHint } from './follow.ts';
import { planArg, requestPlan } from './part.ts';

export const start: ServiceCommand = {
  args: [planArg],
  options: [{ flags: '--wait', summary: 'show it live until it ends' }],
  run: async (input, context) => {
    const { runId } = await requestPlan(context, input.arg('plan'), 'start');
    return followOrHint(context, runId, input.flag('wait'));
  },
};

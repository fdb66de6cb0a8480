import type { ServiceCommand } from '../command.ts';
import { followOrHint } from './follow.ts';
import { phaseArg, planArg, requestPlan, stepArg } from './part.ts';

export const restart: ServiceCommand = {
  args: [planArg, phaseArg, stepArg],
  options: [{ flags: '--wait', summary: 'show it live until it ends' }],
  details: 'Every step is done again from its beginning, also those that are complete.',
  run: async (input, context) => {
    const { runId } = await requestPlan(context, input.arg('plan'), 'restart', {
      phase: input.optionalArg('phase'),
      step: input.optionalArg('step'),
    });
    return followOrHint(context, runId, input.flag('wait'));
  },
};

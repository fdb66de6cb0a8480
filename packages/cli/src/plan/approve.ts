import type { ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { phaseArg, planArg, requestPlan, stepArg } from './part.ts';

export const approve: ServiceCommand = {
  args: [planArg, phaseArg, stepArg],
  details: 'Without a phase or a step: every step of the plan that waits for a person now. It is recorded who did it.',
  run: async (input, context) => {
    await requestPlan(context, input.arg('plan'), 'approve', {
      phase: input.optionalArg('phase'),
      step: input.optionalArg('step'),
    });
    return exitCodes.ok;
  },
};

import type { ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { phaseArg, planArg, requestPlan, stepArg } from './part.ts';

export const forceComplete: ServiceCommand = {
  args: [planArg, phaseArg, stepArg],
  details: `The risk: what the step was to bring about may not be there, and the next steps begin all the same.
It is recorded in the run who forced what.`,
  run: async (input, context) => {
    await requestPlan(context, input.arg('plan'), 'forceComplete', {
      phase: input.optionalArg('phase'),
      step: input.optionalArg('step'),
    });
    return exitCodes.ok;
  },
};

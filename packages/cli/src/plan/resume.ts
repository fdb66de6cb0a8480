import type { ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { phaseArg, planArg, requestPlan } from './part.ts';

export const resume: ServiceCommand = {
  args: [planArg, phaseArg],
  run: async (input, context) => {
    await requestPlan(context, input.arg('plan'), 'continue', { phase: input.optionalArg('phase') });
    return exitCodes.ok;
  },
};

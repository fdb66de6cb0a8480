import type { ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { phaseArg, planArg, requestPlan } from './part.ts';

export const pause: ServiceCommand = {
  args: [planArg, phaseArg],
  details: 'Steps that have begun go on to their end; no new one begins until `plan resume`.',
  run: async (input, context) => {
    await requestPlan(context, input.arg('plan'), 'interrupt', { phase: input.optionalArg('phase') });
    return exitCodes.ok;
  },
};

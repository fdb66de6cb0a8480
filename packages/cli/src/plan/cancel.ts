import type { ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { planArg, requestPlan } from './part.ts';

export const cancel: ServiceCommand = {
  args: [planArg],
  run: async (input, context) => {
    await requestPlan(context, input.arg('plan'), 'stop');
    return exitCodes.ok;
  },
};

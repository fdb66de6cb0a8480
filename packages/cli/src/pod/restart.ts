import type { ServiceCommand } from '../command.ts';
import { instanceArg, podOptions, requestPod } from './request.ts';

export const restart: ServiceCommand = {
  args: [instanceArg],
  options: podOptions,
  details: 'Stops its tasks gracefully and starts them again on the same agent with the same volumes.',
  run: (input, context) =>
    requestPod(input, context, { verb: 'restart', risk: 'what it serves may be unavailable meanwhile' }),
};

import type { ServiceCommand } from '../command.ts';
import { instanceArg, podOptions, requestPod } from './request.ts';

export const replace: ServiceCommand = {
  args: [instanceArg],
  options: podOptions,
  details: `Destroys its volumes and starts it empty, perhaps on another agent, after the old one is confirmed gone.`,
  run: (input, context) =>
    requestPod(input, context, { verb: 'replace', risk: 'data that only this instance has is lost' }),
};

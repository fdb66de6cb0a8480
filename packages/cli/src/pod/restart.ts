import type { ServiceCommand } from '../command.ts';
import { podOptions, requestPod } from './request.ts';

export const restart: ServiceCommand = {
  args: [{ name: 'instance', summary: 'kafka-0' }],
  options: podOptions,
  details: 'Stops its tasks gracefully and starts them again on the same agent with the same volumes.',
  run: (input, context) => requestPod(input, context, 'restart', 'what it serves may be unavailable meanwhile'),
};

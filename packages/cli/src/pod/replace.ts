import type { ServiceCommand } from '../command.ts';
import { podOptions, requestPod } from './request.ts';

export const replace: ServiceCommand = {
  args: [{ name: 'instance', summary: 'kafka-0' }],
  options: podOptions,
  details: `Destroys its volumes and starts it empty, perhaps on another agent, after the old one is confirmed gone.`,
  run: (input, context) => requestPod(input, context, 'replace', 'data that only this instance has is lost'),
};

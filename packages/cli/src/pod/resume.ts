import type { ServiceCommand } from '../command.ts';
import { instanceArg, requestPod, resumeOptions, tasksOf, tasksOption } from './request.ts';

export const resume: ServiceCommand = {
  args: [instanceArg],
  options: [tasksOption, ...resumeOptions],
  run: (input, context) => requestPod(input, context, { verb: 'resume', body: tasksOf(input) }),
};

import type { ServiceCommand } from '../command.ts';
import { instanceArg, podOptions, requestPod, tasksOf, tasksOption } from './request.ts';

export const pause: ServiceCommand = {
  args: [instanceArg],
  options: [tasksOption, ...podOptions],
  details: `Stops its tasks and keeps them stopped, whatever happens, until \`pod resume\`: to look at its volumes, say.
Its place, volumes and identity stay.`,
  run: (input, context) =>
    requestPod(input, context, {
      verb: 'pause',
      risk: 'what it serves is unavailable until it is resumed',
      body: tasksOf(input),
    }),
};

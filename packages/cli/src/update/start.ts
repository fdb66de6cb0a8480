import type { ServiceCommand } from '../command.ts';
import { updateService } from '../package/update.ts';
import { waitOption } from '../package/options.ts';
import { rollOptions } from '../package/roll.ts';
import { beginOptions } from '../plan/begin.ts';

export const start: ServiceCommand = {
  options: [
    { flags: '-o, --options <file>', summary: 'a JSON file with options' },
    { flags: '--package-version <version>', summary: 'of the application' },
    { flags: '--replace', summary: 'forget the options given before' },
    ...rollOptions,
    ...beginOptions,
    waitOption,
  ],
  details: 'The same as `package update <service>`.',
  run: (input, context) =>
    updateService(context.service, input, context, {
      version: input.text('packageVersion'),
      replaceOptions: input.flag('replace'),
    }),
};

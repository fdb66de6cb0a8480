import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes, usageError } from '../exit.ts';
import { printJson } from '../output/json.ts';

const paths: Readonly<Record<string, (name: string | undefined) => string>> = {
  'framework-id': () => '/state/frameworkId',
  properties: () => '/state/properties',
  property: (name) => {
    if (name === undefined) throw usageError('the name of a property is missing', 'debug state properties lists them');
    return `/state/properties/${encodeURIComponent(name)}`;
  },
  files: () => '/state/files',
  zones: () => '/state/zone/tasks',
};

export const state: ServiceCommand = {
  args: [
    { name: 'what', summary: Object.keys(paths).join(', ') },
    { name: 'property', summary: 'of `property`: its name', optional: true },
  ],
  options: [jsonOption],
  details: 'Always JSON: what is recorded of the service as a whole.',
  run: async (input, { api, out, path }) => {
    const what = input.arg('what');
    const find = paths[what];
    if (find === undefined) throw usageError(`there is no state ${what}`, `one of: ${Object.keys(paths).join(', ')}`);
    printJson(out, await api().get<unknown>(path(find(input.optionalArg('property')))));
    return exitCodes.ok;
  },
};

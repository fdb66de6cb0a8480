import type { OptionSpec } from '../command.ts';

export const optionOptions: readonly OptionSpec[] = [
  { flags: '-o, --options <file>', summary: 'a JSON file with options' },
  { flags: '-s, --set <option=value>', summary: 'one option (brokers.heap=512); wins over --options', repeat: true },
  { flags: '--version <version>', summary: 'of the application; see `package describe`' },
];

export const waitOption: OptionSpec = { flags: '--no-wait', summary: 'return as soon as it was begun' };

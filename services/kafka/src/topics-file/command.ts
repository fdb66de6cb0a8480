import type { StartingCommand } from '@warder/sdk';

/** `warder kafka topic apply -f topics.yml`. */
export const applyCommand: StartingCommand = {
  path: ['topic', 'apply'],
  summary: 'make topics what a file declares',
  args: [],
  options: [
    { flags: '-f, --file <file>', summary: 'the declared topics', default: 'topics.yml', file: true },
    { flags: '--prune', summary: 'delete topics that an earlier apply declared and this file does not' },
  ],
  start: ({ options, files }) => ({
    plan: 'topics',
    params: {
      FILE: files?.['file'] ?? '',
      NAME: String(options['file']),
      ...(options['prune'] === true ? { PRUNE: 'true' } : {}),
    },
  }),
};

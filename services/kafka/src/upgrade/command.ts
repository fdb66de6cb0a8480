import type { StartingCommand } from '@warder/sdk';

/** `warder kafka upgrade --to 4.4.0`. */
export const upgradeCommand: StartingCommand = {
  path: ['upgrade'],
  summary: 'bring the cluster to another version of Kafka, one instance after the other',
  args: [],
  options: [
    { flags: '--to <version>', summary: 'which version' },
    {
      flags: '--soak <seconds>',
      summary: 'how long the cluster must be well before its features are finalised',
      default: '60',
    },
    {
      flags: '--accept-unavailable',
      summary: 'topics without a replica to spare may be unavailable during each restart',
    },
  ],
  start: ({ options }) => ({
    plan: 'upgrade',
    params: {
      ...(typeof options['to'] === 'string' ? { to: options['to'] } : {}),
      ...(typeof options['soak'] === 'string' ? { soak: options['soak'] } : {}),
      ...(options['acceptUnavailable'] === true ? { unavailable: 'accept' } : {}),
    },
  }),
};

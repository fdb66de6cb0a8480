import type { StartingCommand } from '@warder/sdk';

/** `warder kafka migrate`. */
export const migrateCommand: StartingCommand = {
  path: ['migrate'],
  summary: 'bring the metadata of the cluster from ZooKeeper to controllers of its own',
  args: [],
  options: [
    { flags: '--back', summary: 'from any stage before the last back to ZooKeeper alone' },
    { flags: '--soak <seconds>', summary: 'how long the cluster must be well before a person is asked (default: 60)' },
    {
      flags: '--accept-unavailable',
      summary: 'topics without a replica to spare may be unavailable during each restart',
    },
  ],
  start: ({ options }) => ({
    plan: options['back'] === true ? 'migrate-back' : 'migrate',
    params: {
      ...(typeof options['soak'] === 'string' ? { soak: options['soak'] } : {}),
      ...(options['acceptUnavailable'] === true ? { unavailable: 'accept' } : {}),
    },
  }),
};

/** What the package does by itself. */
import { failedTasks, type Detector, type Reaction } from '@warder/sdk';
import type { Journal } from './journal.ts';

/** A node whose file was corrupt has ended with 3, and is back without a line. */
export const corrupt: Reaction = {
  summary: 'Restores a node that has lost its lines.',
  look: async ({ service }) =>
    failedTasks(service)
      .filter(({ failed }) => failed.exit?.code === 3)
      .map(({ instance, failed }) => ({
        kind: 'start',
        plan: 'restore',
        params: { NODE: String(instance.index) },
        key: `corrupt:${failed.id}`,
        reason: `${instance.name} has lost its lines`,
      })),
};

export const tooLong = (journal: Journal): Detector => ({
  summary: 'Proposes to drop the oldest lines when there are too many for ten minutes.',
  everyMs: 60_000,
  forMs: 600_000,
  deed: { kind: 'propose', plan: 'compact' },
  look: async ({ service, signal }) => {
    const max = Number(service.options['lines_max']);
    const lengths = service.instances.map(async (node) => (await journal.read(node, signal)).length);
    const most = Math.max(0, ...(await Promise.all(lengths)));
    return { on: most > max, reason: `${most} lines of at most ${max}`, params: { KEEP: String(Math.ceil(max / 2)) } };
  },
});

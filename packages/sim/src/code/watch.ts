/** What the package does by itself: it reacts to failures, and proposes something when they last. */
import { instancesOf } from '@warder/core';
import type { Detector, LookContext, MadePlan, Reaction } from '@warder/scheduler';
import { hang } from './options.ts';
import type { CodeOptions } from './options.ts';

/** The occasion of a failure, as the run that it starts is known by. */
const occasionOf = (taskId: string): string => `failed:${taskId}`;

/** One run of `flow` for each failed server. */
export const reactionsOf = (options: CodeOptions): Readonly<Record<string, Reaction>> => ({
  failures: {
    summary: 'a server has failed',
    look: async ({ service }) => {
      await look(options);
      const failed = service.instances.flatMap(({ tasks }) =>
        tasks.flatMap((task) => (task.name === 'server' && task.failed !== undefined ? [task.failed.id] : [])),
      );
      return failed.map((id) => ({
        kind: 'start',
        plan: 'flow',
        key: occasionOf(id),
        reason: `${id} has failed`,
      }));
    },
  },
});

/** `chores`, if a person agrees, when a server has not been ready for half a minute. */
export const detectorsOf = (options: CodeOptions): Readonly<Record<string, Detector>> => ({
  unready: {
    summary: 'a server is not ready',
    everyMs: 15_000,
    forMs: 30_000,
    deed: { kind: 'propose', plan: 'chores' },
    look: async (context) => {
      await look(options);
      const unready = unreadyOf(context);
      return { on: unready.length > 0, reason: `${unready.join(', ')} not ready` };
    },
  },
});

/** Made for whatever is there when it is started. */
export const madePlansOf = (options: CodeOptions): Readonly<Record<string, MadePlan>> => ({
  made: {
    summary: 'one node after the other, the last one first',
    params: { MODE: 'how' },
    make: async ({ service }) => {
      await look(options);
      const numbers = instancesOf(service.spec.pods.find(({ name }) => name === 'node') ?? { count: 0 });
      const phases = numbers.toReversed().map((index) => ({
        name: `node-${index}`,
        pod: 'node',
        strategy: 'serial' as const,
        steps: [
          { kind: 'stop' as const, index },
          { kind: 'launch' as const, index, tasks: ['server'] },
          // Steps with an index are instead of those without: the others have none.
          { kind: 'launch' as const, tasks: [] },
        ],
      }));
      return { strategy: 'serial', phases };
    },
  },
});

async function look({ clock, random, faults }: CodeOptions): Promise<void> {
  await clock.sleep(random.between(0, 200));
  const { callFails, callHangs } = faults();
  if (random.chance(callHangs)) await hang();
  if (random.chance(callFails)) throw new Error('could not look');
}

const unreadyOf = ({ service }: LookContext): readonly string[] =>
  service.instances
    .filter(({ tasks }) => tasks.some(({ name, ready }) => name === 'server' && !ready))
    .map(({ name }) => name);

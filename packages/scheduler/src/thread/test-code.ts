/** A package that does everything wrong, for the tests of its thread. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PackageCode } from '../package/code.ts';
import { PackageError } from '../package/error.ts';

const forever = (): never => {
  for (;;) void 0;
};

let asked = 0;

const code: PackageCode = {
  spec: ({ spec }) => ({ ...spec, pods: [] }),
  gates: {
    fine: async ({ instance, service }) => ({ open: true, reason: `${instance.name} of ${service.instances.length}` }),
    throws: async () => {
      throw new PackageError('broken-disk', 'the disk is broken', 507, 'buy another');
    },
    hangs: ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          asked += 1;
          reject(new Error('it was told to stop'));
        });
      }),
    blocks: async () => forever(),
    'blocks-later': async () => {
      await sleep(20);
      return forever();
    },
    // Slow enough to be there when another one blocks.
    patient: async () => {
      await sleep(100);
      return { open: true, reason: 'after all' };
    },
    heap: async () => {
      const all: object[] = [];
      for (;;) all.push({ more: all.length, and: [all.length] });
    },
    buffers: async () => {
      const all: Buffer[] = [];
      for (;;) {
        all.push(Buffer.alloc(1_000_000));
        await sleep(1);
      }
    },
    exits: async () => process.exit(3),
    stray: async () => {
      setTimeout(() => {
        throw new Error('in a timer');
      }, 5);
      await sleep(60_000);
      return { open: true, reason: '' };
    },
    rejects: async () => {
      void Promise.reject(new Error('and nobody looks'));
      await sleep(60_000);
      return { open: true, reason: '' };
    },
    'how-often-told': async () => ({ open: true, reason: String(asked) }),
    function: async () => ({ open: true, reason: '', defer: (() => true) as never }),
    circle: async () => {
      const answer: { open: boolean; reason: string; self?: unknown } = { open: true, reason: '' };
      answer.self = answer;
      return answer;
    },
  },
  procedures: {
    add: async ({ addPhases, args }) => {
      addPhases([{ name: 'more', strategy: 'serial', steps: [{ kind: 'approve', name: 'ok', text: 'go on?' }] }]);
      return { args };
    },
  },
  plans: {
    counted: {
      summary: 'Remembers that it was made.',
      make: async () => {
        asked += 1;
        return { strategy: 'serial', phases: [] };
      },
    },
  },
  routes: [
    { method: 'GET', path: '/slow', summary: 'Slow', handle: async () => sleep(100, 'read') },
    { method: 'POST', path: '/slow', summary: 'Slow', handle: async () => sleep(100, 'written') },
  ],
};

export default code;

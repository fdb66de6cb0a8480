/** Plans that are made when they are started. */
import { PackageError, type MadePlan, type MadePlanContext, type StepSpec } from '@warder/sdk';
import type { Journal } from './journal.ts';

/** How many lines each node would lose. */
async function losses(journal: Journal, { service, params, signal }: MadePlanContext) {
  const keep = Number(params['KEEP']);
  if (!Number.isInteger(keep) || keep < 1) throw new PackageError('keep-invalid', 'KEEP is a whole number from 1');
  const nodes = service.instances.map(async (node) => ({
    node,
    keep,
    lost: (await journal.read(node, signal)).length - keep,
  }));
  return (await Promise.all(nodes)).filter(({ lost }) => lost > 0);
}

export const compact = (journal: Journal): MadePlan => ({
  summary: 'Drop the oldest lines, node after node.',
  params: { KEEP: 'how many lines stay' },
  make: async (context) => {
    const steps = (await losses(journal, context)).map(({ node, keep }): StepSpec => ({
      kind: 'call',
      index: node.index,
      name: 'shorten',
      procedure: 'shorten',
      args: { keep },
    }));
    return {
      strategy: 'serial',
      phases: steps.length === 0 ? [] : [{ name: 'shorten', pod: 'node', strategy: 'serial', steps }],
    };
  },
  review: async (context) => {
    const lost = Math.max(0, ...(await losses(journal, context)).map((each) => each.lost));
    return lost === 0 ? [] : [`${lost} lines are dropped for good`];
  },
});

export const restore: MadePlan = {
  summary: 'Give a node the lines of the others.',
  params: { NODE: 'its number' },
  make: async ({ params }) => ({
    strategy: 'serial',
    phases: [
      {
        name: 'copy',
        pod: 'node',
        strategy: 'serial',
        steps: [{ kind: 'call', index: Number(params['NODE']), name: 'copy', procedure: 'copy' }],
      },
    ],
  }),
};

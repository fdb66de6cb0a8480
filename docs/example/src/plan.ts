/** Plans that are made when they are started. */
import { call, PackageError, phase, type MadePlan, type MadePlanContext } from '@warder/sdk';
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
    const steps = (await losses(journal, context)).map(({ node, keep }) =>
      call('shorten', { index: node.index, args: { keep } }),
    );
    return { strategy: 'serial', phases: steps.length === 0 ? [] : [phase('shorten', { pod: 'node' }, ...steps)] };
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
    phases: [phase('copy', { pod: 'node' }, call('copy', { index: Number(params['NODE']) }))],
  }),
};

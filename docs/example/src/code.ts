import type { PackageCode } from '@warder/sdk';
import type { Journal } from './journal.ts';
import { compact, restore } from './plan.ts';
import { lineCount, lineRoutes, nodes } from './route.ts';
import { journalSpec } from './spec.ts';
import { answers, copy, inStep, othersInStep, shorten } from './step.ts';
import { corrupt, tooLong } from './watch.ts';

/** Given how nodes are asked, so that tests can have nodes of their own. */
export const journalCode = (journal: Journal): PackageCode => ({
  spec: journalSpec,
  refusals: ({ from, to }) =>
    Number(to.options['nodes']) < Number(from.options['nodes'])
      ? ['a journal keeps its nodes: install another one with fewer, and copy the lines']
      : [],
  gates: { 'others-in-step': othersInStep(journal), answers: answers(journal) },
  probes: { 'in-step': inStep(journal) },
  procedures: { copy: copy(journal), shorten: shorten(journal) },
  plans: { compact: compact(journal), restore },
  reactions: { corrupt },
  detectors: { 'too-long': tooLong(journal) },
  metrics: lineCount(journal),
  endpoints: { nodes },
  routes: lineRoutes(journal),
});

import { PackageError, type Metric, type PackageRoute, type ServiceView } from '@warder/sdk';
import type { Journal } from './journal.ts';

/** `warder journal endpoints nodes` */
export const nodes = async ({ instances }: ServiceView): Promise<readonly string[]> =>
  instances.flatMap(({ address, ports }) => (address === undefined ? [] : [`${address}:${ports['http']}`]));

export const lineRoutes = (journal: Journal): readonly PackageRoute[] => [
  {
    method: 'GET',
    path: '/lines',
    summary: 'All lines',
    handle: async ({ service, signal }) => {
      const [node] = service.instances;
      return node === undefined ? [] : journal.read(node, signal);
    },
  },
  {
    method: 'POST',
    path: '/lines',
    summary: 'Add a line to every node',
    handle: async ({ service, body, signal }) => {
      const { line } = (body ?? {}) as { readonly line?: unknown };
      if (typeof line !== 'string') throw new PackageError('line-missing', 'send {"line": "..."}');
      for (const node of service.instances) {
        await journal.write(node, [...(await journal.read(node, signal)), line], signal);
      }
      return { message: `it is on ${service.instances.length} nodes` };
    },
  },
];

export const lineCount =
  (journal: Journal) =>
  async ({ service, signal }: { readonly service: ServiceView; readonly signal: AbortSignal }): Promise<Metric[]> =>
    Promise.all(
      service.instances.map(async (node) => ({
        name: 'journal_lines',
        help: 'Lines that a node has.',
        type: 'gauge' as const,
        labels: { instance: node.name },
        value: (await journal.read(node, signal)).length,
      })),
    );

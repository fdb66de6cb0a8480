/** What the steps of runs ask: gates, the probe and the procedures. */
import type { Gate, InstanceView, Probe, Procedure, ServiceView } from '@warder/sdk';
import type { Journal } from './journal.ts';

const others = (service: ServiceView, name: string | undefined): readonly InstanceView[] =>
  service.instances.filter((node) => node.name !== name && node.tasks.length > 0);

/** Before a node stops: every other one must have all lines, or the last copy of one could go with it. */
export const othersInStep =
  (journal: Journal): Gate =>
  async ({ service, instance, signal }) => {
    const lengths = await Promise.all(
      others(service, instance.name).map(async (node) => ({
        node: node.name,
        lines: (await journal.read(node, signal)).length,
      })),
    );
    const most = Math.max(0, ...lengths.map(({ lines }) => lines));
    const behind = lengths.find(({ lines }) => lines < most);
    if (behind === undefined) return { open: true, reason: `${lengths.length} other nodes have ${most} lines each` };
    return { open: false, reason: `${behind.node} has ${behind.lines} of ${most} lines` };
  };

/** After it was started. */
export const answers =
  (journal: Journal): Gate =>
  async ({ instance, signal }) => ({
    open: true,
    reason: `it answers with ${(await journal.read(instance, signal)).length} lines`,
  });

export const inStep =
  (journal: Journal): Probe =>
  async ({ service, instance, signal }) => {
    if (instance === undefined) throw new Error('it is asked of one node');
    const own = (await journal.read(instance, signal)).length;
    const lengths = others(service, instance.name).map(async (node) => (await journal.read(node, signal)).length);
    const most = Math.max(own, ...(await Promise.all(lengths)));
    return { open: own === most, reason: `${instance.name} has ${own} of ${most} lines` };
  };

/** Gives a node what the fullest of the others has. Done twice, it changes nothing the second time. */
export const copy =
  (journal: Journal): Procedure =>
  async ({ service, instance, signal }) => {
    if (instance === undefined) throw new Error('it is called for one node');
    const all = await Promise.all(others(service, instance.name).map((node) => journal.read(node, signal)));
    const fullest = all.toSorted((a, b) => b.length - a.length)[0];
    const own = await journal.read(instance, signal);
    if (fullest !== undefined && fullest.length > own.length) await journal.write(instance, fullest, signal);
    return { lines: Math.max(own.length, fullest?.length ?? 0) };
  };

export const shorten =
  (journal: Journal): Procedure =>
  async ({ instance, args, signal }) => {
    if (instance === undefined) throw new Error('it is called for one node');
    const { keep } = args as { readonly keep: number };
    await journal.write(instance, (await journal.read(instance, signal)).slice(-keep), signal);
    return { keep };
  };

/** How a node of the journal is asked. */
import type { InstanceView } from '@warder/sdk';

export type Journal = {
  readonly read: (node: InstanceView, signal: AbortSignal) => Promise<readonly string[]>;
  readonly write: (node: InstanceView, lines: readonly string[], signal: AbortSignal) => Promise<void>;
};

const urlOf = ({ name, address, ports }: InstanceView): string => {
  if (address === undefined) throw new Error(`${name} has no place yet`);
  return `http://${address}:${ports['http']}/`;
};

export const overHttp: Journal = {
  read: async (node, signal) => {
    const response = await fetch(urlOf(node), { signal });
    return (await response.json()) as string[];
  },
  write: async (node, lines, signal) => {
    await fetch(urlOf(node), { method: 'PUT', body: JSON.stringify(lines), signal });
  },
};

/** Free resources on one agent at one moment. The newest offer of an agent replaces the one before. */
export type Offer = {
  readonly agentId: string;
  readonly hostname: string;
  readonly address: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** down: not reachable now, may come back. gone: confirmed never to come back. */
  readonly state: 'up' | 'down' | 'gone';
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  /** Inclusive ranges of free ports. */
  readonly ports: readonly PortRange[];
};

export type PortRange = { readonly begin: number; readonly end: number };

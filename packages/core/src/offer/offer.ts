/** Free resources on one agent at one moment. The newest offer of an agent replaces the one before. */
export type Offer = {
  readonly agentId: string;
  readonly hostname: string;
  readonly address: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** down: not reachable now, may come back. gone: confirmed never to come back. */
  readonly state: 'up' | 'down' | 'gone';
  /**
   * What its operator wants. `cordoned`: nothing new is placed on it. `drained`: what runs on it stops as well, when
   * its gates allow, and waits for the agent to be given back.
   */
  readonly maintenance?: 'cordoned' | 'drained';
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  readonly gpus?: number;
  /** Free disks for volumes of the type MOUNT, each taken whole. */
  readonly disks?: readonly Disk[];
  /** Statically set aside for a role (`preReservedRole`): such an agent is offered to that role alone. */
  readonly role?: string;
  /** Inclusive ranges of free ports. */
  readonly ports: readonly PortRange[];
};

export type PortRange = { readonly begin: number; readonly end: number };

export type Disk = { readonly id: string; readonly sizeMiB: number; readonly profile?: string };

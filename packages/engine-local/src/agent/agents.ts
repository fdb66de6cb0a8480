/** The agents of this engine: shares of one machine, each with an address. */
import { join } from 'node:path';
import { EngineError } from '../error.ts';
import type { Home } from '../home.ts';
import { readJson, writeJson } from '../json-file.ts';
import type { Entry } from './ledger.ts';
import type { Network } from './network.ts';
import { machineTotal, shareOf } from './size.ts';
import type { Total } from './size.ts';

export type AgentState = 'up' | 'down' | 'gone';

export type Agent = {
  readonly id: string;
  readonly index: number;
  readonly hostname: string;
  readonly address: string;
  /** The network namespace that its tasks join; absent: that of the host. */
  readonly network?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly total: Total;
};

/** What a person may say of an agent; the rest is derived from the machine. */
export type AgentOptions = {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly cpus?: number;
  readonly memoryMiB?: number;
  readonly diskMiB?: number;
};

export type Agents = {
  readonly all: readonly Agent[];
  readonly get: (id: string) => Agent | undefined;
  readonly stateOf: (id: string) => AgentState;
  /** Durable: an agent that was lost stays lost when the engine is started again. */
  readonly setState: (id: string, state: AgentState) => void;
};

export const openAgents = (home: Home, options: readonly AgentOptions[], network: Network | undefined): Agents => {
  const path = join(home.engine, 'agents.json');
  const share = shareOf(machineTotal(home.engine), options.length);
  const all = options.map((each, index): Agent => {
    const id = `agent-${index}`;
    return {
      id,
      index,
      hostname: id,
      address: network?.addressOf(index) ?? (options.length === 1 ? '127.0.0.1' : loopback(index)),
      ...(network !== undefined && { network: network.pathOf(index) }),
      attributes: { zone: `zone-${index}`, ...each.attributes },
      total: {
        cpus: each.cpus ?? share.cpus,
        memoryMiB: each.memoryMiB ?? share.memoryMiB,
        diskMiB: each.diskMiB ?? share.diskMiB,
      },
    };
  });
  const states = new Map(Object.entries((readJson(path) ?? {}) as Record<string, AgentState>));
  return {
    all,
    get: (id) => all.find((agent) => agent.id === id),
    stateOf: (id) => states.get(id) ?? 'up',
    setState: (id, state) => {
      const next = new Map([...states, [id, state]]);
      writeJson(path, Object.fromEntries(next));
      states.set(id, state);
    },
  };
};

/** All of 127/8 is local on Linux, with nothing to set up. Elsewhere only the first address is there. */
const loopback = (index: number): string => (process.platform === 'linux' ? `127.0.${11 + index}.1` : '127.0.0.1');

/** What is reserved has its address written into configurations: the agents must be where they were. */
export const refuseMoved = (entries: readonly Entry[], agents: Agents): void => {
  const moved = entries.find(({ reservation }) => agents.get(reservation.agentId)?.address !== reservation.address);
  if (moved === undefined) return;
  const { id, agentId, address } = moved.reservation;
  throw new EngineError(
    'engine-agents-changed',
    `${id} is reserved on ${agentId} at ${address}, and the agents are others now`,
    'start with as many agents as before, or uninstall what is there first',
  );
};

/** The agents of this engine: shares of one machine, each with an address. */
import { join } from 'node:path';
import type { Disk, Offer } from '@warder/core';
import { EngineError } from '../error.ts';
import type { Home } from '../home.ts';
import { readJson, writeJson } from '../json-file.ts';
import { checkDisk, sizeOfDisk } from './disk.ts';
import type { Entry } from './ledger.ts';
import type { Network } from './network.ts';
import { machineTotal, shareOf } from './size.ts';
import type { Total } from './size.ts';

export type AgentState = Offer['state'];

export type Maintenance = NonNullable<Offer['maintenance']>;

export type Agent = {
  readonly id: string;
  readonly index: number;
  readonly hostname: string;
  readonly address: string;
  /** The network namespace that its tasks join; absent: that of the host. */
  readonly network?: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Set aside for this role. */
  readonly role?: string;
  readonly total: Total;
  /** For volumes of the type MOUNT; the id is the folder. */
  readonly disks: readonly Disk[];
  /** Device files, each for one set at a time. */
  readonly gpus: readonly string[];
};

/** What a person may say of an agent; the rest is derived from the machine. */
export type AgentOptions = {
  /** Its id and host name. Default: `agent-` and its place in the list. */
  readonly name?: string;
  readonly role?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly cpus?: number;
  readonly memoryMiB?: number;
  readonly diskMiB?: number;
  /** Of the graphics cards of this machine. Default: its share. */
  readonly gpus?: number;
  readonly disks?: readonly DiskOptions[];
};

export type DiskOptions = {
  /** An absolute path: a folder, at best the root of a file system of its own. */
  readonly path: string;
  /** Default: the size of its file system. */
  readonly sizeMiB?: number;
  readonly profile?: string;
};

export type Agents = {
  readonly all: readonly Agent[];
  readonly get: (id: string) => Agent | undefined;
  readonly stateOf: (id: string) => AgentState;
  readonly maintenanceOf: (id: string) => Maintenance | undefined;
  /** Durable: an agent that was lost stays lost when the engine is started again. */
  readonly setState: (id: string, state: AgentState) => void;
  readonly setMaintenance: (id: string, maintenance: Maintenance | undefined) => void;
};

/** What was said of an agent. */
type Word = { readonly state: AgentState; readonly maintenance?: Maintenance };

export type AgentsOptions = {
  readonly home: Home;
  readonly list: readonly AgentOptions[];
  readonly network: Network | undefined;
  /** Of the machine. */
  readonly gpus: readonly string[];
};

export const openAgents = ({ home, list: options, network, gpus }: AgentsOptions): Agents => {
  const path = join(home.engine, 'agents.json');
  const share = shareOf(machineTotal(home.engine), options.length);
  const cards = [...gpus];
  const all = options.map((each, index): Agent => {
    const id = each.name ?? nameOf(index);
    return {
      id,
      index,
      hostname: id,
      address: network?.addressOf(index) ?? (options.length === 1 ? '127.0.0.1' : loopback(index)),
      ...(network !== undefined && { network: network.pathOf(index) }),
      attributes: each.attributes ?? {},
      ...(each.role !== undefined && { role: each.role }),
      gpus: cards.splice(0, each.gpus ?? Math.floor(gpus.length / options.length)),
      disks: (each.disks ?? []).map(diskOf),
      total: {
        cpus: each.cpus ?? share.cpus,
        memoryMiB: each.memoryMiB ?? share.memoryMiB,
        diskMiB: each.diskMiB ?? share.diskMiB,
      },
    };
  });
  const words = new Map(Object.entries((readJson(path) ?? {}) as Record<string, Word | AgentState>).map(wordOf));
  const say = (id: string, word: Word) => {
    writeJson(path, Object.fromEntries([...words, [id, word]]));
    words.set(id, word);
  };
  const stateOf = (id: string) => words.get(id)?.state ?? 'up';
  const maintenanceOf = (id: string) => words.get(id)?.maintenance;
  const wordWith = (state: AgentState, maintenance: Maintenance | undefined): Word =>
    maintenance === undefined ? { state } : { state, maintenance };
  return {
    all,
    get: (id) => all.find((agent) => agent.id === id),
    stateOf,
    maintenanceOf,
    setState: (id, state) => say(id, wordWith(state, state === 'gone' ? undefined : maintenanceOf(id))),
    setMaintenance: (id, maintenance) => say(id, wordWith(stateOf(id), maintenance)),
  };
};

/** Of an agent that has no other. */
export const nameOf = (index: number): string => `agent-${index}`;

/** Before there was maintenance, only the state was written. */
const wordOf = ([id, word]: readonly [string, Word | AgentState]): readonly [string, Word] => [
  id,
  typeof word === 'string' ? { state: word } : word,
];

const diskOf = ({ path, sizeMiB, profile }: DiskOptions): Disk => {
  checkDisk(path);
  return { id: path, sizeMiB: sizeMiB ?? sizeOfDisk(path), ...(profile !== undefined && { profile }) };
};

/** All of 127/8 is local on Linux, with nothing to set up. Elsewhere only the first address is there. */
const loopback = (index: number): string => (process.platform === 'linux' ? `127.0.${11 + index}.1` : '127.0.0.1');

/** What is reserved has its address written into configurations: the agents must be where they were. */
export const refuseMoved = (entries: readonly Entry[], agents: Agents): void => {
  for (const { reservation, volumes } of entries) refuseLostDisk(reservation, volumes, agents);
  const moved = entries.find(({ reservation }) => agents.get(reservation.agentId)?.address !== reservation.address);
  if (moved === undefined) return;
  const { id, agentId, address } = moved.reservation;
  throw new EngineError(
    'engine-agents-changed',
    `${id} is reserved on ${agentId} at ${address}, and the agents are others now`,
    'start with as many agents as before, or uninstall what is there first',
  );
};

const refuseLostDisk = ({ id, agentId }: Entry['reservation'], volumes: Entry['volumes'], agents: Agents): void => {
  const disks = agents.get(agentId)?.disks ?? [];
  const lost = volumes.find(({ diskId }) => diskId !== undefined && !disks.some((disk) => disk.id === diskId));
  if (lost === undefined) return;
  throw new EngineError(
    'engine-agents-changed',
    `${id} has a volume on the disk ${lost.diskId} of ${agentId}, which is not declared any more`,
    'declare it again, or replace the instance first',
  );
};

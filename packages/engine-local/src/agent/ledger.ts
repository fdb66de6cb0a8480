/** Who has reserved what on which agent. A file for each reservation: a change costs what it touches. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Disk, PortRange, Reservation, ReservedSet, ReservedVolume } from '@warder/core';
import { fileName } from '../home.ts';
import { readJson, syncDirectory, writeJson } from '../json-file.ts';
import type { Total } from './size.ts';

export type Entry = {
  readonly service: string;
  readonly reservation: Reservation;
  /** The last operation that made it so: the same again does nothing. */
  readonly operationId: string;
  /** The tasks whose launch was confirmed and that had not ended by then. */
  readonly taskIds: readonly string[];
  /** Every volume that was ever made for it and not destroyed. */
  readonly volumes: readonly ReservedVolume[];
  /** The graphics cards of each set: its tasks get the same ones every time. */
  readonly gpus?: Readonly<Record<string, readonly string[]>>;
};

export type Ledger = {
  readonly get: (reservationId: string) => Entry | undefined;
  readonly all: () => readonly Entry[];
  readonly onAgent: (agentId: string) => readonly Entry[];
  /** Throws, changing nothing, when it cannot be written. */
  readonly put: (entry: Entry) => void;
  readonly remove: (reservationId: string) => void;
};

export const openLedger = (folder: string): Ledger => {
  const entries = new Map<string, Entry>();
  for (const name of readdirSync(folder)) {
    const entry = name.endsWith('.json') ? (readJson(join(folder, name)) as Entry | undefined) : undefined;
    if (entry !== undefined) entries.set(entry.reservation.id, entry);
  }
  const pathOf = (id: string) => join(folder, `${fileName(id)}.json`);
  return {
    get: (id) => entries.get(id),
    all: () => [...entries.values()],
    onAgent: (agentId) => [...entries.values()].filter((entry) => entry.reservation.agentId === agentId),
    put: (entry) => {
      writeJson(pathOf(entry.reservation.id), entry);
      entries.set(entry.reservation.id, entry);
    },
    remove: (id) => {
      rmSync(pathOf(id), { force: true });
      syncDirectory(folder);
      entries.delete(id);
    },
  };
};

export type Free = Total & {
  readonly ports: readonly PortRange[];
  readonly disks: readonly Disk[];
  readonly gpus: readonly string[];
};

/** What an agent has when nothing is reserved. */
export type Capacity = { readonly total: Total; readonly disks: readonly Disk[]; readonly gpus: readonly string[] };

/** From below the well-known ports of others to below those that the kernel gives to outgoing connections. */
const portRange: PortRange = { begin: 1025, end: 32_767 };

/** What an agent has left; `taken`: ports that something outside of the ledger uses. */
export const freeOf = (
  { total, disks, gpus }: Capacity,
  entries: readonly Entry[],
  taken: ReadonlySet<number> = new Set(),
): Free => {
  const sets = entries.flatMap((entry) => entry.reservation.sets);
  const sum = (of: (set: ReservedSet) => number) => sets.reduce((so, set) => so + of(set), 0);
  const disk = entries.reduce((so, entry) => so + diskNeed(entry.reservation), 0);
  const full = new Set(entries.flatMap(({ reservation, volumes }) => [...disksOf(reservation), ...disksIn(volumes)]));
  const busy = new Set(entries.flatMap((entry) => Object.values(entry.gpus ?? {}).flat()));
  const used = new Set([...taken, ...portsOf(sets)]);
  return {
    cpus: Math.max(0, round(total.cpus - sum((set) => set.cpus))),
    memoryMiB: Math.max(0, round(total.memoryMiB - sum((set) => set.memoryMiB))),
    diskMiB: Math.max(0, total.diskMiB - disk),
    ports: without(portRange, used),
    disks: disks.filter(({ id }) => !full.has(id)),
    gpus: gpus.filter((gpu) => !busy.has(gpu)),
  };
};

export const volumesOf = ({ sets, volumes = [] }: Reservation): readonly ReservedVolume[] => [
  ...sets.flatMap((set) => set.volumes),
  ...volumes,
];

/** Of the shared disk: a volume on a disk of its own takes nothing of it. */
const diskNeed = (reservation: Reservation): number =>
  volumesOf(reservation).reduce((so, { sizeMiB, diskId }) => so + (diskId === undefined ? sizeMiB : 0), 0);

const disksOf = (reservation: Reservation): readonly string[] => disksIn(volumesOf(reservation));

const disksIn = (volumes: readonly ReservedVolume[]): readonly string[] =>
  volumes.flatMap(({ diskId }) => diskId ?? []);

export const portsOf = (sets: readonly ReservedSet[]): readonly number[] =>
  sets.flatMap((set) => Object.values(set.ports));

/** Why a reservation does not fit into what is free without it; undefined when it does. */
export const misfit = (wanted: Reservation, capacity: Capacity, others: readonly Entry[]): string | undefined => {
  const free = freeOf(capacity, others);
  const sum = (of: (set: ReservedSet) => number) => round(wanted.sets.reduce((so, set) => so + of(set), 0));
  const rows = [
    { what: 'cpus', want: sum((set) => set.cpus), have: free.cpus },
    { what: 'MiB memory', want: sum((set) => set.memoryMiB), have: free.memoryMiB },
    { what: 'MiB disk', want: diskNeed(wanted), have: free.diskMiB },
    { what: 'gpus', want: sum((set) => set.gpus ?? 0), have: free.gpus.length },
  ];
  const short = rows.find((row) => row.want > row.have);
  if (short !== undefined) return `${wanted.agentId} has ${short.have} ${short.what} free, ${short.want} are needed`;
  const disks = disksOf(wanted);
  const disk = disks.find((id, at) => disks.indexOf(id) !== at || !free.disks.some((each) => each.id === id));
  if (disk !== undefined) return `the disk ${disk} of ${wanted.agentId} is not free`;
  const ports = portsOf(wanted.sets);
  for (const port of ports) {
    const holder = others.find((entry) => portsOf(entry.reservation.sets).includes(port));
    if (holder !== undefined) return `port ${port} of ${wanted.agentId} is reserved by ${holder.reservation.id}`;
  }
  const twice = ports.find((port, at) => ports.indexOf(port) !== at);
  return twice === undefined ? undefined : `port ${twice} is wanted twice`;
};

/** Sums of decimal fractions must not look like a little more than there is. */
const round = (value: number): number => Math.round(value * 1000) / 1000;

const without = (range: PortRange, used: ReadonlySet<number>): readonly PortRange[] => {
  const ranges: PortRange[] = [];
  let begin = range.begin;
  for (const port of [...used].filter((each) => each >= range.begin && each <= range.end).toSorted((a, b) => a - b)) {
    if (port > begin) ranges.push({ begin, end: port - 1 });
    begin = port + 1;
  }
  if (begin <= range.end) ranges.push({ begin, end: range.end });
  return ranges;
};

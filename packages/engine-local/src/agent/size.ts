/** How much of the machine the agents may give away. */
import { readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';

export type Total = { readonly cpus: number; readonly memoryMiB: number; readonly diskMiB: number };

/**
 * A cpu that is offered is a weight, not a core of its own: services wait most of their time, and a laptop with two
 * cores can run three brokers and three controllers. Memory is never promised twice.
 */
const cpuOvercommit = 4;

const reserveCpus = 0.5;
const reserveMemoryMiB = 1024;

/** The share of each of `count` agents of this machine, less what the machine itself needs. */
export const shareOf = (machine: Total, count: number): Total => {
  const memory = machine.memoryMiB - Math.min(reserveMemoryMiB, machine.memoryMiB / 4);
  const cpus = Math.max(0.5, machine.cpus - reserveCpus) * cpuOvercommit;
  return {
    cpus: Math.floor((cpus / count) * 100) / 100,
    memoryMiB: Math.floor(memory / count),
    diskMiB: Math.floor((machine.diskMiB * 0.95) / count),
  };
};

/** This machine; within a container, what the container may use. */
export const machineTotal = (folder: string): Total => ({
  cpus: availableParallelism(),
  memoryMiB: Math.floor(Math.min(totalmem(), memoryLimit()) / (1 << 20)),
  diskMiB: diskOf(folder).totalMiB,
});

export const diskOf = (folder: string): { readonly totalMiB: number; readonly freeMiB: number } => {
  const { bsize, blocks, bavail } = statfsSync(folder);
  return { totalMiB: Math.floor((blocks * bsize) / (1 << 20)), freeMiB: Math.floor((bavail * bsize) / (1 << 20)) };
};

const memoryLimit = (): number => {
  for (const path of ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']) {
    try {
      const limit = Number(readFileSync(path, 'utf8').trim());
      if (Number.isFinite(limit)) return limit;
    } catch {
      continue;
    }
  }
  return Infinity;
};

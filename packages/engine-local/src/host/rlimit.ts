/** Limits of a process, kept within what the host lets us give. */
import { readFileSync } from 'node:fs';

export type WantedRlimit = { readonly name: string; readonly soft?: number; readonly hard?: number };
export type Rlimit = { readonly type: string; readonly soft: number; readonly hard: number };

/** Stands for `unlimited` (really 2^64-1, which a double cannot hold). Above every real limit, and exact. */
export const unlimited = Number.MAX_SAFE_INTEGER;

export type ClampedRlimits = { readonly rlimits: readonly Rlimit[]; readonly messages: readonly string[] };

/**
 * Nobody may go above the inherited hard limit without CAP_SYS_RESOURCE, which many containers lack: a task then gets
 * what there is, and a message says so.
 */
export const clampRlimits = (wanted: readonly WantedRlimit[], hardOf = hardLimit): ClampedRlimits => {
  const messages: string[] = [];
  const rlimits = wanted.map(({ name, soft, hard }) => {
    const most = hardOf(name);
    const wantedHard = hard ?? soft ?? unlimited;
    const wantedSoft = Math.min(soft ?? wantedHard, wantedHard);
    if (wantedHard > most && wantedHard !== unlimited) {
      messages.push(`${name} ${wantedHard} is above the hard limit of this host: ${most}`);
    }
    return { type: name, soft: Math.min(wantedSoft, most), hard: Math.min(wantedHard, most) };
  });
  return { rlimits, messages };
};

const titles: Readonly<Record<string, string>> = {
  RLIMIT_AS: 'Max address space',
  RLIMIT_CORE: 'Max core file size',
  RLIMIT_CPU: 'Max cpu time',
  RLIMIT_DATA: 'Max data size',
  RLIMIT_FSIZE: 'Max file size',
  RLIMIT_LOCKS: 'Max file locks',
  RLIMIT_MEMLOCK: 'Max locked memory',
  RLIMIT_MSGQUEUE: 'Max msgqueue size',
  RLIMIT_NICE: 'Max nice priority',
  RLIMIT_NOFILE: 'Max open files',
  RLIMIT_NPROC: 'Max processes',
  RLIMIT_RSS: 'Max resident set',
  RLIMIT_RTPRIO: 'Max realtime priority',
  RLIMIT_RTTIME: 'Max realtime timeout',
  RLIMIT_SIGPENDING: 'Max pending signals',
  RLIMIT_STACK: 'Max stack size',
};

/** Whether the name is one that Linux knows. */
export const isRlimit = (name: string): boolean => name in titles;

/** The most that a child of this process can be given. */
export const hardLimit = (name: string): number => {
  // Even with the capability the kernel has a most for open files.
  if (mayRaise()) return name === 'RLIMIT_NOFILE' ? Number(readText('/proc/sys/fs/nr_open')) || 1_048_576 : unlimited;
  const line = readText('/proc/self/limits')
    .split('\n')
    .find((each) => each.startsWith(titles[name] ?? '?'));
  const hard = line?.slice(26).trim().split(/\s+/)[1];
  return hard === undefined || hard === 'unlimited' ? unlimited : Number(hard);
};

const capSysResource = 24n;

const mayRaise = (): boolean => {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readText('/proc/self/status'))?.[1];
  return effective !== undefined && ((BigInt(`0x${effective}`) >> capSysResource) & 1n) === 1n;
};

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Which process a process id means: ids are used again, an id with its start time is not. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** The start time of a live process, in units that only this machine knows; undefined when it is gone. */
export const startOf = (pid: number): string | undefined => {
  if (process.platform === 'linux') {
    const stat = statOf(pid);
    return stat === undefined || stat.state === 'Z' ? undefined : stat.start;
  }
  try {
    const start = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return start === '' ? undefined : start.replaceAll(/\s+/g, '_');
  } catch {
    return undefined;
  }
};

/** Processes of one session (the children of a shim that did not leave it), the leader left out. */
export const sessionMembers = (leader: number): readonly number[] => {
  if (process.platform !== 'linux') return groupMembers(leader);
  const members: number[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === leader) continue;
    const stat = statOf(pid);
    if (stat !== undefined && stat.state !== 'Z' && stat.session === leader) members.push(pid);
  }
  return members;
};

/** Sends a signal; a process that has ended meanwhile is fine. */
export const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone, or it was never ours: both leave nothing to signal.
  }
};

/** This boot of the machine: after another one no process of before can live. */
export const bootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
};

type Stat = { readonly state: string; readonly session: number; readonly start: string };

const statOf = (pid: number): Stat | undefined => {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name in parentheses may hold anything, spaces and parentheses too: count from its end.
  const rest = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: rest[0] ?? '?', session: Number(rest[3]), start: rest[19] ?? '' };
};

const groupMembers = (leader: number): readonly number[] => {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,pgid='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([pid, group]) => group === leader && pid !== leader)
    .flatMap(([pid]) => (pid === undefined ? [] : [pid]));
};
